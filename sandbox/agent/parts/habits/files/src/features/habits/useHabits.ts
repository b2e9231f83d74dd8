import { startTransition, useCallback, useEffect, useOptimistic, useState, useTransition } from 'react';
import { type Habit, newHabit, withStreaks } from '../../../shared/habits.ts';
import type { Day } from '../../../shared/streaks.ts';
import { track } from '../../lib/analytics.ts';
import { api } from '../../lib/api.ts';

type Change =
  | { type: 'added'; name: string }
  | { type: 'deleted'; id: string }
  | { type: 'noted'; id: string; details: Partial<Habit> }
  | { type: 'checked' | 'unchecked'; id: string; day: Day };

/** The habits as they will be once the server agrees. A habit still on its way there has the id `SAVING`. */
export const SAVING = 'saving';

function applyChange(habits: Habit[], change: Change, today: Day): Habit[] {
  switch (change.type) {
    case 'added':
      return [...habits, withStreaks(newHabit(SAVING, change.name), today)];
    case 'deleted':
      return habits.filter((habit) => habit.id !== change.id);
    case 'noted':
      return habits.map((habit) => (habit.id === change.id ? { ...habit, ...change.details } : habit));
    case 'checked':
    case 'unchecked':
      return habits.map((habit) => {
        if (habit.id !== change.id) return habit;
        const others = habit.days.filter((day) => day !== change.day);
        return withStreaks(
          { ...habit, days: change.type === 'checked' ? [...others, change.day] : others },
          today,
        );
      });
  }
}

/** The visitor's habits: shown changed at once, saved in the database, put back with a message where saving fails. */
export function useHabits(today: Day) {
  const [habits, setHabits] = useState<Habit[]>();
  const [saving, startSaving] = useTransition();
  const [error, setError] = useState<string>();
  const [shown, showChange] = useOptimistic(habits, (current: Habit[] | undefined, change: Change) =>
    applyChange(current ?? [], change, today),
  );

  const load = useCallback(async () => {
    const loaded = await api<Habit[]>('GET', `/habits?today=${today}`);
    startTransition(() => setHabits(loaded));
  }, [today]);

  const failed = useCallback((reason: Error) => setError(reason.message), []);

  useEffect(() => {
    load().catch(failed);
  }, [load, failed]);

  const save = (change: Change, request: () => Promise<unknown>) =>
    startSaving(async () => {
      showChange(change);
      setError(undefined);
      await request().then(load).catch(failed);
    });

  return {
    habits: shown,
    saving,
    error,
    add: (name: string) =>
      save({ type: 'added', name }, async () => {
        await api('POST', '/habits', { name });
        track('habit added');
      }),
    /** Notes something about a habit: the values of its own fields. */
    note: (id: string, details: Partial<Habit>) =>
      save({ type: 'noted', id, details }, () => api('PATCH', `/habits/${id}`, details)),
    remove: (id: string) => save({ type: 'deleted', id }, () => api('DELETE', `/habits/${id}`)),
    check: (id: string) =>
      save({ type: 'checked', id, day: today }, async () => {
        await api('PUT', `/habits/${id}/check-ins/${today}`);
        track('checked in');
      }),
    uncheck: (id: string) =>
      save({ type: 'unchecked', id, day: today }, () => api('DELETE', `/habits/${id}/check-ins/${today}`)),
  };
}
