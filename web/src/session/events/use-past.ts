import { useEffect, useState } from 'react';
import { type Loaded, useLoaded } from '../../ui/use-loaded.ts';
import type { HistorySource, PastSession } from './source.ts';

const SETTLES_MS = 60;

/** The session after the event at `revision`. A slider that is moved asks where it rests, not on its way. */
export const usePast = (source: HistorySource, revision: number): Loaded<PastSession> => {
  const [settled, setSettled] = useState(revision);
  useEffect(() => {
    if (settled === revision) return;
    const id = setTimeout(() => setSettled(revision), SETTLES_MS);
    return () => clearTimeout(id);
  }, [settled, revision]);
  return useLoaded((signal) => source.at(settled, signal), String(settled));
};
