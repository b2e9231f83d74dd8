import { type Day, streaks } from './streaks.ts';

export type Habit = {
  id: string;
  name: string;
  /** Every day with a check-in. */
  days: Day[];
  currentStreak: number;
  bestStreak: number;
};

/** A habit with its streaks, as of `today`. */
export function withStreaks(habit: Pick<Habit, 'id' | 'name' | 'days'>, today: Day): Habit {
  const { current, best } = streaks(habit.days, today);
  return { ...habit, currentStreak: current, bestStreak: best };
}
