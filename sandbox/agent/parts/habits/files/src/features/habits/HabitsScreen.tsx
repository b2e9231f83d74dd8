import app from '../../app.config.json';
import { Notice } from '../../components/Notice.tsx';
import { HabitCard } from './HabitCard.tsx';
import { NewHabitForm } from './NewHabitForm.tsx';
import { useHabits } from './useHabits.ts';
import { useToday } from './useToday.ts';

export function HabitsScreen() {
  const today = useToday();
  const { habits, saving, error, add, remove, check, uncheck } = useHabits(today);
  const done = habits?.filter((habit) => habit.days.includes(today)).length ?? 0;

  return (
    <main className="mx-auto grid max-w-2xl gap-5 px-4 pt-8 pb-16 sm:pt-14">
      <header className="grid gap-1">
        <p className="text-muted text-sm">
          {new Date(`${today}T12:00:00`).toLocaleDateString(undefined, {
            weekday: 'long',
            month: 'long',
            day: 'numeric',
          })}
        </p>
        <h1 className="text-balance font-semibold text-3xl tracking-tight">{app.title}</h1>
        {habits && habits.length > 0 && (
          <p className="text-muted" role="status">
            {done === habits.length ? 'All done for today.' : `${done} of ${habits.length} done today`}
          </p>
        )}
      </header>

      <NewHabitForm onAdd={add} />
      <Notice message={error} />

      {habits?.length === 0 && (
        <div className="card grid justify-items-center gap-1 border-dashed py-12 text-center">
          <p className="font-medium">No habits yet</p>
          <p className="max-w-64 text-balance text-muted text-sm">
            Start with one small thing you want to do every day.
          </p>
        </div>
      )}

      {habits && habits.length > 0 && (
        <ul className="grid gap-3" aria-label="Habits" aria-busy={saving}>
          {habits.map((habit) => (
            <HabitCard
              key={habit.id}
              habit={habit}
              today={today}
              onCheck={check}
              onUncheck={uncheck}
              onRemove={remove}
            />
          ))}
        </ul>
      )}
    </main>
  );
}
