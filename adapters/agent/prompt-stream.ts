import { setTimeout as sleep } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { AgentUpdate } from '../../commands/ports/agent.ts';
import type { ProviderError } from '../../commands/ports/services.ts';
import { parseUpdate } from './update-schema.ts';

/** Opens the stream: `after` is the last event seen, `undefined` while the prompt was not accepted yet. */
export type OpenStream = (after: number | undefined) => TaskEither<ProviderError, AsyncIterable<string>>;

/** Attempts in a row that bring nothing new: with the pauses between them about five seconds. */
const MAX_FAILURES = 6;
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 2_000;

const CUT: ProviderError = {
  code: 'stream_cut',
  message: 'The connection to the agent was lost.',
  retryable: true,
};

const ABORTED = { code: 'aborted', message: 'The prompt was no longer waited for.' };

const broken = (message: string): ProviderError => ({ code: 'stream_invalid', message, retryable: false });

const isLast = (update: AgentUpdate): boolean => update.type === 'result' || update.type === 'error';

/** What is wrong with the next update, if anything. An honest bridge numbers without a gap, or says that there is one. */
const objection = (update: AgentUpdate | undefined, last: number): ProviderError | undefined => {
  if (update === undefined) return broken('The sandbox sent something that is no update.');
  if (update.type === 'error' && update.code === 'replay_gap') {
    return { code: update.code, message: update.message, retryable: false };
  }
  return update.eventId > last + 1 ? broken('The sandbox left out updates.') : undefined;
};

type Progress = { isAccepted: boolean; last: number };

/** New updates of one connection; answers why it ended, or `undefined` after the prompt's last update. */
async function* readOnce(
  open: OpenStream,
  progress: Progress,
): AsyncGenerator<AgentUpdate, ProviderError | undefined> {
  const opened = await open(progress.isAccepted ? progress.last : undefined)();
  if (E.isLeft(opened)) return opened.left;
  progress.isAccepted = true;
  try {
    for await (const line of opened.right) {
      const update = parseUpdate(line);
      const wrong = objection(update, progress.last);
      if (update === undefined || wrong !== undefined) return wrong;
      if (update.eventId <= progress.last) continue;
      progress.last = update.eventId;
      yield update;
      if (isLast(update)) return undefined;
    }
    return CUT;
  } catch {
    return CUT;
  }
}

const pause = async (failures: number, signal: AbortSignal): Promise<void> => {
  const ms = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LAST_PAUSE_MS);
  // Aborted while waiting: the next attempt says so.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
};

/**
 * Every update of a prompt once and in order, over as many connections as it takes. Never throws: what cannot be
 * mended ends the stream as an `error` update with the next event id. `onUnusable` is called where the agent may run
 * on although nobody can follow it; after an abort or a lost connection it is left alone, for whoever resumes it.
 */
export async function* resumedUpdates(
  open: OpenStream,
  signal: AbortSignal,
  onUnusable: () => Promise<unknown>,
): AsyncGenerator<AgentUpdate, void> {
  const progress: Progress = { isAccepted: false, last: 0 };
  let failures = 0;
  for (;;) {
    const before = progress.last;
    const problem = yield* readOnce(open, progress);
    if (problem === undefined) return;
    failures = progress.last > before ? 1 : failures + 1;
    if (signal.aborted || !problem.retryable || failures >= MAX_FAILURES) {
      const { code, message } = signal.aborted ? ABORTED : problem;
      if (progress.isAccepted && !problem.retryable) await onUnusable();
      yield { eventId: progress.last + 1, type: 'error', code, message };
      return;
    }
    await pause(failures, signal);
  }
}
