import type { PartOf } from '../../spec.ts';

/** `src/features/habits/HabitCard.tsx`: one habit with its week. */
export function cardTsx({ fields }: PartOf<'habits'>): string {
  const noted = fields.length > 0;
  return `import type { ${noted ? 'HabitDetails as Details, ' : ''}Habit } from '../../../shared/habits.ts';
import { type Day, lastSevenDays } from '../../../shared/streaks.ts';
import { DeleteButton } from '../../components/DeleteButton.tsx';
import { CheckRing } from './CheckRing.tsx';
${noted ? "import { HabitDetails } from './HabitDetails.tsx';\n" : ''}import { SAVING } from './useHabits.ts';
import { WeekStrip } from './WeekStrip.tsx';

type Props = {
  habit: Habit;
  today: Day;
  onCheck: (id: string) => void;
  onUncheck: (id: string) => void;
${noted ? '  onNote: (id: string, details: Details) => void;\n' : ''}  onRemove: (id: string) => void;
};

export function HabitCard({ habit, today, onCheck, onUncheck, ${noted ? 'onNote, ' : ''}onRemove }: Props) {
  const done = habit.days.includes(today);
  const kept = lastSevenDays(today).filter((day) => habit.days.includes(day)).length;
  return (
    <li className="card flex items-center gap-4">
      <CheckRing
        label={\`Check in \${habit.name}\`}
        done={done}
        kept={kept}
        disabled={habit.id === SAVING}
        onPress={() => (done ? onUncheck(habit.id) : onCheck(habit.id))}
      />
      <div className="grid min-w-0 flex-1 gap-2">
        <div className="flex items-start justify-between gap-2">
          <div className="min-w-0">
            <h2 className="wrap-anywhere font-medium leading-snug">{habit.name}</h2>
            <p className="text-muted text-sm">
              <StreakLine habit={habit} done={done} />
            </p>
          </div>
          <DeleteButton what={habit.name} onDelete={() => onRemove(habit.id)} />
        </div>
        <WeekStrip days={habit.days} today={today} />
${noted ? '        <HabitDetails habit={habit} onSave={onNote} />\n' : ''}      </div>
    </li>
  );
}

function StreakLine({ habit, done }: { habit: Habit; done: boolean }) {
  if (habit.currentStreak === 0) {
    return habit.bestStreak > 0
      ? \`Best: \${habit.bestStreak} days. Start again today.\`
      : 'Start your streak today.';
  }
  return (
    <>
      <strong className={done ? 'text-accent' : 'text-ink'}>{habit.currentStreak}-day streak</strong>
      {done ? \` · best \${habit.bestStreak}\` : ' · keep it today'}
    </>
  );
}
`;
}

/** `src/features/habits/HabitsScreen.tsx` */
export function screenTsx({ fields, chart }: PartOf<'habits'>): string {
  const noted = fields.length > 0;
  return `${chart ? "import { lastSevenDays } from '../../../shared/streaks.ts';\n" : ''}import app from '../../app.config.json';
${chart ? "import { BarChart } from '../../components/BarChart.tsx';\n" : ''}import { Notice } from '../../components/Notice.tsx';
import { HabitCard } from './HabitCard.tsx';
import { NewHabitForm } from './NewHabitForm.tsx';
import { useHabits } from './useHabits.ts';
import { useToday } from './useToday.ts';

export function HabitsScreen() {
  const today = useToday();
  const { habits, saving, error, add, ${noted ? 'note, ' : ''}remove, check, uncheck } = useHabits(today);
  const done = habits?.filter((habit) => habit.days.includes(today)).length ?? 0;

  return (
    <main className="mx-auto grid grid-cols-1 max-w-2xl gap-5 px-4 pt-8 pb-16 sm:pt-14">
      <header className="grid gap-1">
        <p className="text-muted text-sm">
          {new Date(\`\${today}T12:00:00\`).toLocaleDateString(undefined, {
            weekday: 'long',
            month: 'long',
            day: 'numeric',
          })}
        </p>
        <h1 className="text-balance font-semibold text-3xl tracking-tight">{app.title}</h1>
        {habits && habits.length > 0 && (
          <p className="text-muted" role="status">
            {done === habits.length ? 'All done for today.' : \`\${done} of \${habits.length} done today\`}
          </p>
        )}
      </header>

      <NewHabitForm onAdd={add} />
      <Notice message={error} />
${
  chart
    ? `      {habits && habits.length > 0 && (
        <BarChart
          title="Check-ins, last seven days"
          bars={lastSevenDays(today).map((day) => ({
            label: new Date(\`\${day}T12:00:00\`).toLocaleDateString(undefined, { weekday: 'short' }),
            value: habits.filter((habit) => habit.days.includes(day)).length,
          }))}
        />
      )}
`
    : ''
}
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
${noted ? '              onNote={note}\n' : ''}              onRemove={remove}
            />
          ))}
        </ul>
      )}
    </main>
  );
}
`;
}
