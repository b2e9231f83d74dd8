import { useCallback, useEffect, useState } from 'react';
import { track } from './analytics.ts';
import { api } from './api.ts';

/** The thing behind `/api/<name>/<id>`. */
export function useOne<Item extends { id: string }>(name: string, id: string) {
  const [item, setItem] = useState<Item>();
  const [error, setError] = useState<string>();

  const load = useCallback(async () => setItem(await api<Item>('GET', `/${name}/${id}`)), [name, id]);
  useEffect(() => {
    load().catch((reason: Error) => setError(reason.message));
  }, [load]);

  return {
    item,
    error,
    /** Answers whether it was saved, so that a form keeps what was typed when it was not. */
    save: async (values: Partial<Item>): Promise<boolean> => {
      setError(undefined);
      try {
        setItem(await api<Item>('PATCH', `/${name}/${id}`, values));
        track('changed', { in: name });
        return true;
      } catch (reason) {
        setError(reason instanceof Error ? reason.message : 'That did not work. Try again.');
        return false;
      }
    },
  };
}
