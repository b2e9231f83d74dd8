import * as E from 'fp-ts/lib/Either.js';
import { runningTurn } from '../../domain/session/state.ts';
import { bridgeToken } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { Context } from '../process-managers/context.ts';
import { createScribe } from './scribe.ts';
import { followSecrets, readSecrets } from './secrets.ts';

/** `promptId`: of the answer, where an attempt before has asked for it. */
type Attempt = { readonly turnId: string; readonly attemptId: string; readonly promptId?: string };

/** A turn is in the log before the agent has its message; asking a little later finds it. */
const LOOKS = 20;
const LOOK_AGAIN_MS = 250;

export type Drafts = {
  /** The turn that runs, if one does. */
  readonly look: () => void;
  /** A turn that has begun. */
  readonly begin: (attempt: Attempt) => void;
  readonly stop: () => void;
};

/**
 * What an agent is saying just now, for who watches its session at another process than the one that runs the turn. The
 * agent's answer is read a second time, from the sandbox, and shown and not recorded: what is lost of it comes as an event.
 */
export const followDrafts = (
  context: Context,
  reach: (sessionId: string) => Promise<Sandbox | undefined>,
  sessionId: string,
): Drafts => {
  const { world, directory, volatile, clock, log } = context;
  let current: { readonly attemptId: string; readonly ended: AbortController } | undefined;

  const begin = (attempt: Attempt): void => {
    if (current?.attemptId === attempt.attemptId) return;
    current?.ended.abort();
    const ended = new AbortController();
    current = { attemptId: attempt.attemptId, ended };
    read(attempt, ended.signal).catch((error: unknown) =>
      log.warn({ session: sessionId, error: String(error) }, 'a turn could not be read along'),
    );
  };

  const read = async (attempt: Attempt, signal: AbortSignal): Promise<void> => {
    const session = directory.session(sessionId);
    if (session === undefined) return;
    const readAgain = () => readSecrets(context, session);
    const known = await readAgain();
    // Without them nobody could tell what must not be shown.
    if (E.isLeft(known)) return;
    const { redact, refresh } = followSecrets(context, sessionId, { known: known.right, read: readAgain });
    const scribe = createScribe({
      ...attempt,
      redact,
      volatile: (said) => volatile(sessionId, said),
    });
    for (let looks = 0; looks < LOOKS && !signal.aborted; looks += 1) {
      if (await readOnce(attempt, signal, { scribe, refresh })) return;
      await new Promise<void>((resolve) => void clock.after(LOOK_AGAIN_MS, resolve));
    }
  };

  /** Whether the agent's answer was there to be read. */
  const readOnce = async (
    { attemptId, promptId = attemptId }: Attempt,
    signal: AbortSignal,
    {
      scribe,
      refresh,
    }: Pick<ReturnType<typeof followSecrets>, 'refresh'> & {
      readonly scribe: Pick<ReturnType<typeof createScribe>, 'take'>;
    },
  ): Promise<boolean> => {
    const sandbox = await reach(sessionId);
    if (sandbox === undefined) return false;
    const agentSessionId = directory.session(sessionId)?.sandbox.agentSessionId ?? '';
    const joined = { agentSessionId, promptId };
    let isThere = false;
    for await (const update of world.agent.prompt(sandbox, bridgeToken(world, sessionId), joined, signal)) {
      if (update.type === 'error' || update.type === 'result') return isThere || update.type === 'result';
      isThere = true;
      if ((await refresh()) !== undefined) return true;
      scribe.take(update);
    }
    return isThere;
  };

  return {
    look: () => {
      const state = directory.session(sessionId);
      const turn = state === undefined ? undefined : runningTurn(state);
      if (turn?.attemptId === undefined) return;
      const { turnId, attemptId, promptId = attemptId } = turn;
      begin({ turnId, attemptId, promptId });
    },
    begin,
    stop: () => current?.ended.abort(),
  };
};
