import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type DuePool, duePool } from '../../domain/pool/keeper.ts';
import { decideSettle, decideTopUp } from '../../domain/pool/pool.ts';
import { decidePlan } from '../../domain/session/decide/claim.ts';
import { decideDiscard } from '../../domain/session/decide/life.ts';
import { newSessionId, randomId, slugOf } from '../identifiers.ts';
import { type Context, causedBy } from './context.ts';

/** Entries planned in one decision; the next evaluation plans the rest. */
const TOP_UP_LIMIT = 10;
/** Entries age without an event telling so. */
const CHECK_EVERY_MS = 30_000;

/** Keeps every pool as its spec wants it: what is missing is planned, what is of no use any more is discarded. */
export const createPoolKeeper = (context: Context, stopped: AbortSignal) => {
  const { handlers, directory, world, clock, settings, log } = context;
  let running = false;
  let again = false;

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
    const { specHash, poolTarget } = settings;
    const specs = new Set([specHash, ...[...directory.pools()].map(([spec]) => spec)]);
    return [...specs].flatMap((spec) =>
      duePool(directory.pool(spec), directory.session, {
        specHash,
        // A pool of another spec is wound down: nothing new is planned for it.
        defaultTarget: spec === specHash ? poolTarget : 0,
        now: clock.now(),
      })
        .filter((action) => action.kind !== 'top-up' || spec === specHash)
        .map((action) => [spec, action] as const),
    );
  };

  const act = (specHash: string, action: DuePool): TE.TaskEither<{ readonly tag: string }, unknown> => {
    const key = randomId();
    const cause = causedBy('pool-keeper', key);
    switch (action.kind) {
      case 'top-up': {
        const newIds = Array.from({ length: TOP_UP_LIMIT }, newSessionId);
        return handlers.pool(
          specHash,
          (pool) => E.right(decideTopUp({ target: settings.poolTarget, newIds, limit: TOP_UP_LIMIT }, pool)),
          cause,
        );
      }
      case 'plan':
        return plan(action.sessionId);
      case 'settle':
        return handlers.pool(specHash, (pool) => E.right(decideSettle(action, pool)), cause);
      case 'discard':
        return handlers.session(action.sessionId, (state) => decideDiscard(action, state), cause);
    }
  };

  /** The key first: a session exists only when what it says can be encrypted. */
  const plan = (sessionId: string): TE.TaskEither<{ readonly tag: string }, unknown> => {
    const { specHash, model } = settings;
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
