import { useEffect, useState } from 'react';
import { type Day, localDay } from '../../../shared/streaks.ts';

const EVERY_MINUTE = 60_000;

/** The visitor's day; a page left open over midnight moves on by itself. */
export function useToday(): Day {
  const [today, setToday] = useState(() => localDay());
  useEffect(() => {
    const look = () => setToday(localDay());
    const timer = setInterval(look, EVERY_MINUTE);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return today;
}
