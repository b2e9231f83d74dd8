import { startTransition, useCallback, useEffect, useOptimistic, useState, useTransition } from 'react';
import { track } from './analytics.ts';
import { api } from './api.ts';

type Stored = { id: string };
type Change<Item> = { type: 'changed'; id: string; values: Partial<Item> } | { type: 'removed'; id: string };

/** The things behind `/api/<name>`, newest first. Changes show at once and are put back where saving fails. */
export function useCollection<Item extends Stored>(name: string) {
  const [items, setItems] = useState<Item[]>();
  const [saving, startSaving] = useTransition();
  const [error, setError] = useState<string>();
  const [shown, showChange] = useOptimistic(items, (current: Item[] | undefined, change: Change<Item>) =>
    change.type === 'removed'
      ? current?.filter((item) => item.id !== change.id)
      : current?.map((item) => (item.id === change.id ? { ...item, ...change.values } : item)),
  );

  const load = useCallback(async () => {
    const loaded = await api<Item[]>('GET', `/${name}`);
    startTransition(() => setItems(loaded));
  }, [name]);

  const failed = useCallback((reason: Error) => setError(reason.message), []);

  useEffect(() => {
    load().catch(failed);
  }, [load, failed]);

  const save = (change: Change<Item>, request: () => Promise<unknown>) =>
    startSaving(async () => {
      showChange(change);
      setError(undefined);
      await request().then(load).catch(failed);
    });

  return {
    items: shown,
    saving,
    error,
    /** Answers whether it was saved, so that a form keeps what was typed when it was not. */
    add: async (values: Omit<Item, 'id'>): Promise<boolean> => {
      setError(undefined);
      try {
        await api('POST', `/${name}`, values);
        track('added', { to: name });
        await load();
        return true;
      } catch (reason) {
        setError(reason instanceof Error ? reason.message : 'That did not work. Try again.');
        return false;
      }
    },
    change: (id: string, values: Partial<Item>) =>
      save({ type: 'changed', id, values }, () => api('PATCH', `/${name}/${id}`, values)),
    remove: (id: string) => save({ type: 'removed', id }, () => api('DELETE', `/${name}/${id}`)),
  };
}
