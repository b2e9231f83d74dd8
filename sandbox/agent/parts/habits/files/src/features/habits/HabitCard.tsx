import type { Habit } from '../../../shared/habits.ts';
import type { Day } from '../../../shared/streaks.ts';
import { DeleteButton } from '../../components/DeleteButton.tsx';
import { SAVING } from './useHabits.ts';
import { WeekStrip } from './WeekStrip.tsx';

type Props = {
  habit: Habit;
  today: Day;
  onCheck: (id: string) => void;
  onUncheck: (id: string) => void;
  onRemove: (id: string) => void;
};

export function HabitCard({ habit, today, onCheck, onUncheck, onRemove }: Props) {
  const done = habit.days.includes(today);
  return (
    <li className="card flex items-center gap-4">
      <button
        type="button"
        className={`grid size-14 shrink-0 place-items-center rounded-full border-2 transition active:scale-90 ${
          done
            ? 'border-accent bg-accent text-on-accent'
            : 'border-muted/50 text-transparent hover:border-accent'
        }`}
        aria-label={`Check in ${habit.name}`}
        aria-pressed={done}
        disabled={habit.id === SAVING}
        onClick={() => (done ? onUncheck(habit.id) : onCheck(habit.id))}
      >
        <svg viewBox="0 0 24 24" className="size-7" fill="none" stroke="currentColor" aria-hidden="true">
          <path d="M5 12.5l4.5 4.5L19 7.5" strokeWidth="2.5" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
      </button>
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
      </div>
    </li>
  );
}

function StreakLine({ habit, done }: { habit: Habit; done: boolean }) {
  if (habit.currentStreak === 0) {
    return habit.bestStreak > 0
      ? `Best: ${habit.bestStreak} days. Start again today.`
      : 'Start your streak today.';
  }
  return (
    <>
      <strong className={done ? 'text-accent' : 'text-ink'}>{habit.currentStreak}-day streak</strong>
      {done ? ` · best ${habit.bestStreak}` : ' · keep it today'}
    </>
  );
}
