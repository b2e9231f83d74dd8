import { isLeft } from 'fp-ts/lib/Either.js';
import type { TranscriptView } from '../../projections/transcript-views.ts';
import type { SessionView } from '../../projections/views.ts';
import type { Application } from '../application.ts';
import { UnreadableError } from './catch-up.ts';

export type Snapshot = { readonly view: SessionView; readonly transcript: TranscriptView };

/** View and transcript as of one and the same revision; `undefined` where there is no such session. */
export const snapshotOf = async (
  app: Pick<Application, 'sessionView' | 'transcript' | 'audit'>,
  session: string,
): Promise<Snapshot | undefined> => {
  const [view, transcript] = await Promise.all([app.sessionView(session), app.transcript(session)]);
  if (view === undefined || transcript === undefined) return undefined;
  if (view.revision === transcript.revision) return { view, transcript };
  // Two read models, one ahead of the other: events between them would be applied to one of them twice.
  const revision = Math.min(view.revision, transcript.revision);
  const both = await app.audit.stateAt(session, revision, 'shown')();
  if (isLeft(both)) throw new UnreadableError('the session cannot be read');
  return both.right;
};
