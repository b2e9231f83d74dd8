import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Instant } from '../../domain/envelope.ts';
import { type DuePool, dueOtherPool, duePool, type Keeping } from '../../domain/pool/keeper.ts';
import { decideAdopt, decideSettle, decideTopUp } from '../../domain/pool/pool.ts';
import { SERVICES } from '../../domain/services.ts';
import { decidePlan } from '../../domain/session/decide/claim.ts';
import { decideDiscard } from '../../domain/session/decide/life.ts';
import { decideRenew, type Providers } from '../../domain/session/decide/renew.ts';
import { decideRetryPooled } from '../../domain/session/decide/retry.ts';
import { nextTurn, runningTurn, type SessionState } from '../../domain/session/state.ts';
import type { World } from '../effects/context.ts';
import { sessionIdFrom, slugOf } from '../identifiers.ts';
import type { Cause } from '../journal.ts';
import { type Context, causedBy } from './context.ts';
import { isOutOfReach } from './sandbox-watch.ts';

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

const providedHere = ({ providers }: World): Providers =>
  Object.fromEntries(
    SERVICES.flatMap((service) => {
      const provider = providers[service]?.provider;
      return provider === undefined ? [] : [[service, provider]];
    }),
  );

/** What the keeper decides on, beside the log. */
export const keepingOf = (context: Context): Keeping => {
  const { settings, clock, world } = context;
  const { specHash, exclusive, poolTarget } = settings;
  return {
    specHash,
    exclusive,
    defaultTarget: poolTarget,
    now: clock.now(),
    providers: providedHere(world),
    holds: (session) => !isOutOfReach(context, session),
  };
};

/** What is to be done in the pool of a spec; `renewedAt`: when that was decided, its entry was last made anew then. */
type Due = { readonly specHash: string; readonly action: DuePool; readonly renewedAt: Instant | undefined };

/** Keeps every pool as its spec wants it: what is missing is planned, what is of no use any more is made anew or discarded. */
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
      for (const { specHash, action, renewedAt } of dueNow()) {
        const done = await act(specHash, action, renewedAt)();
        if (E.isLeft(done))
          log.warn({ action: action.kind, reason: done.left.tag }, 'the pool cannot be kept now');
      }
    } while (again && !stopped.aborted);
    running = false;
  };

  const dueNow = (): readonly Due[] => {
    const { specHash } = settings;
    const keeping = keepingOf(context);
    const own = directory.pool(specHash);
    const others = [...directory.pools()]
      .filter(([spec]) => spec !== specHash)
      .flatMap(([spec, pool]) =>
        dueOtherPool(pool, directory.session, { ...keeping, own }).map((action) => [spec, action] as const),
      );
    const due = duePool(own, directory.session, keeping)
      .filter(({ kind }) => kind !== 'top-up' || mayTopUp())
      .map((action) => [specHash, action] as const);
    // What can be taken over is not planned.
    return [...others, ...due].map(([spec, action]) => ({
      specHash: spec,
      action,
      renewedAt: 'sessionId' in action ? directory.session(action.sessionId)?.renewedAt : undefined,
    }));
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

  const act = (
    specHash: string,
    action: DuePool,
    renewedAt: Instant | undefined,
  ): TE.TaskEither<{ readonly tag: string }, unknown> => {
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
      case 'renew':
        return renew(action.sessionId, cause);
      case 'adopt': {
        const adopting = { target: settings.poolTarget, sessionId: action.sessionId };
        return pipe(
          handlers.pool(settings.specHash, (pool) => E.right(decideAdopt(adopting, pool)), cause),
          TE.flatMap(
            ({ state }): TE.TaskEither<{ readonly tag: string }, unknown> =>
              state.entries.includes(action.sessionId) ? renew(action.sessionId, cause) : TE.right(undefined),
          ),
        );
      }
      case 'discard':
        return discard(action, renewedAt, cause);
    }
  };

  const renew = (sessionId: string, cause: Cause): TE.TaskEither<{ readonly tag: string }, unknown> =>
    handlers.session(
      sessionId,
      (state) => decideRenew({ ...keepingOf(context), model: settings.model }, state),
      cause,
    );

  /** Unless it was made anew since: what was said of it, was said of another sandbox. */
  const discard = (
    action: Extract<DuePool, { readonly kind: 'discard' }>,
    renewedAt: Instant | undefined,
    cause: Cause,
  ): TE.TaskEither<{ readonly tag: string }, unknown> =>
    handlers.session(
      action.sessionId,
      (state) => (state.renewedAt === renewedAt ? decideDiscard(action, state) : E.right([])),
      cause,
    );

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
