import { useEffect, useState } from 'react';
import { api } from './api.ts';

/** Everything behind `/api/<name>`, to choose from; empty until it is there. */
export function useAll<Item>(name: string): readonly Item[] {
  const [items, setItems] = useState<readonly Item[]>([]);
  useEffect(() => {
    api<Item[]>('GET', `/${name}`)
      .then(setItems)
      .catch((reason: Error) => console.warn(`${name} could not be loaded: ${reason.message}`));
  }, [name]);
  return items;
}
