import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type DuePool, dueOtherPool, duePool } from '../../domain/pool/keeper.ts';
import { decideSettle, decideTopUp } from '../../domain/pool/pool.ts';
import { decidePlan } from '../../domain/session/decide/claim.ts';
import { decideDiscard } from '../../domain/session/decide/life.ts';
import { decideRetryPooled } from '../../domain/session/decide/retry.ts';
import { nextTurn, runningTurn, type SessionState } from '../../domain/session/state.ts';
import { sessionIdFrom, slugOf } from '../identifiers.ts';
import { type Context, causedBy } from './context.ts';

/** Entries planned in one decision; the next evaluation plans the rest. */
const TOP_UP_LIMIT = 10;
/** Entries age without an event telling so. */
const CHECK_EVERY_MS = 30_000;

/** After a claim, so long it may take until the visitor's first turn is in the log. */
const JUST_CLAIMED_MS = 1_000;

/** Somebody waits for a boot or a turn of their own. */
const isServing = (sessions: Iterable<SessionState>, now: string): boolean => {
  for (const state of sessions) {
    if (state.status !== 'open' || state.claim === undefined) continue;
    const justClaimed = Date.parse(now) - Date.parse(state.claim.at) < JUST_CLAIMED_MS;
    if (state.mode !== 'quick' && (justClaimed || state.readyAt === undefined)) return true;
    if (runningTurn(state) !== undefined || nextTurn(state) !== undefined) return true;
  }
  return false;
};

/** Keeps every pool as its spec wants it: what is missing is planned, what is of no use any more is discarded. */
export const createPoolKeeper = (context: Context, stopped: AbortSignal) => {
  const { handlers, directory, world, clock, settings, log } = context;
  let running = false;
  let again = false;
  let heldSince: string | undefined;

  const evaluate = async (): Promise<void> => {
    if (running || stopped.aborted) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      for (const [specHash, action] of dueNow()) {
        const done = await act(specHash, action)();
        if (E.isLeft(done))
          log.warn({ action: action.kind, reason: done.left.tag }, 'the pool cannot be kept now');
      }
    } while (again && !stopped.aborted);
    running = false;
  };

  const dueNow = (): readonly (readonly [string, DuePool])[] => {
    const { specHash, exclusive, poolTarget } = settings;
    const context = { specHash, exclusive, now: clock.now() };
    const own = duePool(directory.pool(specHash), directory.session, {
      ...context,
      defaultTarget: poolTarget,
    }).filter(({ kind }) => kind !== 'top-up' || mayTopUp());
    const others = [...directory.pools()]
      .filter(([spec]) => spec !== specHash)
      .flatMap(([spec, pool]) =>
        dueOtherPool(pool, directory.session, context).map((action) => [spec, action] as const),
      );
    return [...own.map((action) => [specHash, action] as const), ...others];
  };

  /**
   * Topping up stands back while a visitor is being served: their first turn should not share the cores with the boot of
   * whoever comes next. Not for ever, though: a long turn must not leave the pool empty.
   */
  const mayTopUp = (): boolean => {
    const now = clock.now();
    if (!isServing(directory.sessions(), now)) {
      heldSince = undefined;
      return true;
    }
    heldSince ??= now;
    const leftMs = settings.topUpHoldMs - (Date.parse(now) - Date.parse(heldSince));
    if (leftMs <= 0) {
      heldSince = undefined;
      return true;
    }
    clock.after(Math.min(leftMs, JUST_CLAIMED_MS), () => void evaluate());
    return false;
  };

  const act = (specHash: string, action: DuePool): TE.TaskEither<{ readonly tag: string }, unknown> => {
    const key = clock.id();
    const cause = causedBy('pool-keeper', key);
    switch (action.kind) {
      case 'top-up': {
        const newIds = Array.from({ length: TOP_UP_LIMIT }, () => sessionIdFrom(clock.id()));
        return handlers.pool(
          specHash,
          (pool) => E.right(decideTopUp({ target: settings.poolTarget, newIds, limit: TOP_UP_LIMIT }, pool)),
          cause,
        );
      }
      case 'plan':
        return plan(specHash, action.sessionId);
      case 'settle':
        return handlers.pool(specHash, (pool) => E.right(decideSettle(action, pool)), cause);
      case 'retry':
        return handlers.session(action.sessionId, (state) => decideRetryPooled(action, state), cause);
      case 'discard':
        return handlers.session(action.sessionId, (state) => decideDiscard(action, state), cause);
    }
  };

  /**
   * The key first: a session exists only when what it says can be encrypted. Of the spec it was decided for, also when
   * that is another by now: what is in the wrong pool would never be given to anybody, nor be discarded for it.
   */
  const plan = (specHash: string, sessionId: string): TE.TaskEither<{ readonly tag: string }, unknown> => {
    const { model } = settings;
    const session = {
      sessionId,
      slug: slugOf(sessionId),
      specHash,
      model,
      purpose: 'pool',
      residentialIp: false,
    } as const;
    return pipe(
      world.vault.openSession(sessionId),
      TE.mapLeft((error): { readonly tag: string } => error),
      TE.flatMap(() =>
        handlers.session(
          sessionId,
          (state) => decidePlan(session, state),
          causedBy('pool-keeper', `plan|${sessionId}`),
        ),
      ),
    );
  };

  const tick = (): void => {
    if (stopped.aborted) return;
    void evaluate();
    clock.after(CHECK_EVERY_MS, tick);
  };

  return { evaluate, start: tick };
};
