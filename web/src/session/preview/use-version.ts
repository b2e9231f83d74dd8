import { useEffect, useState } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import type { Drafts } from '../../live/drafts.ts';

/**
 * What a quick page is to be loaded anew for: another version, and one that is being written, from when there is something
 * of it to see. An app's code comes in by itself.
 */
export const useVersion = (view: SessionView | undefined, drafts: Drafts): string => {
  const [writing, setWriting] = useState('');
  const draft = drafts[view?.runningTurn ?? ''];
  const attempt = draft?.kind === 'thought' ? draft.attemptId : undefined;
  useEffect(() => {
    if (attempt !== undefined) setWriting(attempt);
  }, [attempt]);
  if (view?.mode === undefined) return '';
  return `${view.history.at}:${view.runningTurn === undefined ? '' : writing}`;
};
