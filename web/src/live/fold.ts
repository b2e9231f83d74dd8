import { evolveSessionView } from '../../../projections/session-view/evolve.ts';
import { evolveTranscript } from '../../../projections/transcript-view/evolve.ts';
import type { Fold } from './sync.ts';

/** The read side's own folds: a page and the server can never disagree about what an event means. */
export const foldSession: Fold = (views, event) => {
  const view = evolveSessionView(views?.view, event);
  const transcript = evolveTranscript(views?.transcript, event);
  return view === undefined || transcript === undefined ? views : { view, transcript };
};
