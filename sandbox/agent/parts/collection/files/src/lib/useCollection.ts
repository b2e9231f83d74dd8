import {
  startTransition,
  useCallback,
  useEffect,
  useOptimistic,
  useRef,
  useState,
  useTransition,
} from 'react';
import { track } from './analytics.ts';
import { api } from './api.ts';

type Stored = { id: string; createdAt: string };
/** Narrows the list on the server; an empty value says nothing. */
type Query = Readonly<Record<string, string | undefined>>;
type Change<Item> = { type: 'changed'; id: string; values: Partial<Item> } | { type: 'removed'; id: string };

/** The things behind `/api/<name>`, in their order. Changes show at once and are put back where saving fails. */
export function useCollection<Item extends Stored>(name: string, query: Query = {}) {
  const asked = new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) => (value ? [[key, value]] : [])),
  );
  const path = asked.size > 0 ? `/${name}?${asked}` : `/${name}`;
  const [items, setItems] = useState<Item[]>();
  const [saving, startSaving] = useTransition();
  const [error, setError] = useState<string>();
  const latest = useRef(path);
  const [shown, showChange] = useOptimistic(items, (current: Item[] | undefined, change: Change<Item>) =>
    change.type === 'removed'
      ? current?.filter((item) => item.id !== change.id)
      : current?.map((item) => (item.id === change.id ? { ...item, ...change.values } : item)),
  );

  const load = useCallback(async () => {
    latest.current = path;
    const loaded = await api<Item[]>('GET', path);
    // An answer that comes after the next question was asked says nothing any more.
    if (latest.current === path) startTransition(() => setItems(loaded));
  }, [path]);

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
    add: async (values: Omit<Item, 'id' | 'createdAt'>): Promise<boolean> => {
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
