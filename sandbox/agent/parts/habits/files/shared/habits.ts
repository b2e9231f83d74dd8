import { z } from 'zod';
import { type Day, streaks } from './streaks.ts';

export const NewHabit = z.object({
  name: z.string().trim().min(1, 'Give the habit a name.').max(80, 'Keep the name under 80 characters.'),
});

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
