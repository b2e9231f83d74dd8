import { setImmediate as nextTurn } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import type { Reader } from '../../commands/reader.ts';
import { masked } from '../../projections/audit/mask.ts';
import { evolveSessionView } from '../../projections/session-view/evolve.ts';
import { evolveTranscript } from '../../projections/transcript-view/evolve.ts';
import type { TranscriptView } from '../../projections/transcript-views.ts';
import type { SessionView } from '../../projections/views.ts';
import type { CommandError } from '../application/command.ts';
import type { Words } from '../application/histories.ts';
import { storeUnavailable } from './command-error.ts';
import { toPublic } from './hub.ts';

/** Events read and folded at a time: a long history keeps nobody else waiting. */
const PAGE = 500;

type PastState = { readonly view: SessionView; readonly transcript: TranscriptView };

/** The session as it was after that revision (without one: as the log has it now), folded from its first event. */
export const foldPast = async (
  reader: Pick<Reader, 'session'>,
  sessionId: string,
  { revision, words }: { readonly revision: number | undefined; readonly words: Words },
): Promise<E.Either<CommandError, PastState>> => {
  const end = revision ?? Number.POSITIVE_INFINITY;
  let view: SessionView | undefined;
  let transcript: TranscriptView | undefined;
  let last = -1;
  while (last < end) {
    const limit = Math.min(PAGE, end - last);
    const read = await reader.session(sessionId, { from: last + 1, limit })();
    if (E.isLeft(read)) return E.left(storeUnavailable(read.left));
    for (const stored of read.right) {
      const event = words === 'shown' ? toPublic(stored) : masked(toPublic(stored));
      view = evolveSessionView(view, event);
      transcript = evolveTranscript(transcript, event);
    }
    last += read.right.length;
    if (read.right.length < limit) break;
    await nextTurn();
  }
  if (view === undefined || transcript === undefined) return E.left({ tag: 'NotFound' });
  return revision !== undefined && revision > last
    ? E.left({
        tag: 'Refused',
        code: 'revision_unknown',
        message: `This session has no revision ${revision} yet. Its last one is ${last}.`,
      })
    : E.right({ view, transcript });
};
