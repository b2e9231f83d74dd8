import { useEffect, useState } from 'react';

const read = (): string[] => location.hash.slice(1).split('/').filter(Boolean);

/** Where the visitor is, from the part of the address after `#`: `#recipes/42` is `['recipes', '42']`. */
export function useRoute(): readonly string[] {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const follow = () => setRoute(read());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}
