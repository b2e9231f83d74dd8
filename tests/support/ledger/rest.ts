import { comparePositions } from '../../../api/composition/positions.ts';
import { createDirectory } from '../../../commands/directory.ts';
import type { EventStore, StoredEvent } from '../../../commands/ports/event-store.ts';
import { asking, type Context } from '../../../commands/process-managers/context.ts';
import { keepingOf } from '../../../commands/process-managers/pool-keeper.ts';
import { duePool } from '../../../domain/pool/keeper.ts';
import { resourceName } from '../../../domain/services.ts';
import { stuckReleases } from '../../../domain/session/decide/resources.ts';
import { type Asking, dueSteps, isAbandoned } from '../../../domain/session/process-managers/due.ts';
import { diedWithItsServer } from '../../../domain/session/process-managers/lifecycle.ts';
import { dueTurn } from '../../../domain/session/process-managers/turns.ts';
import { runningTurn, type SessionState } from '../../../domain/session/state.ts';
import type { StepState } from '../../../domain/steps.ts';
import { right } from '../../../domain/testing/outcome.ts';

const LOOK_EVERY_MS = 5;

/** Reads the log beside the process managers, and says from it alone whether anything is left for them to do. */
export const watchRest = (
  context: Context,
  store: EventStore,
  signal: AbortSignal,
  tell: (events: readonly StoredEvent[]) => void,
) => {
  const { settings, clock, world } = context;
  const directory = createDirectory();
  let applied = '';

  const follow = async (): Promise<void> => {
    for await (const { events } of store.subscribeAll({ signal })) {
      for (const event of events) directory.apply(event);
      applied = events.at(-1)?.position ?? applied;
      if (events.length > 0) tell(events);
    }
  };

  const hasReadAll = async (): Promise<boolean> => {
    const head = await right(store.head());
    return head === undefined || comparePositions(applied, head) >= 0;
  };

  /** A turn may wait for its agent, and its visitor, for as long as it likes: what counts is that it is run. */
  const isRun = (state: SessionState): boolean => runningTurn(state)?.runner === context.world.runner;

  const isBusy = (state: SessionState): boolean => {
    const now = asking(context, state.sessionId);
    const isMissing =
      settings.exclusive &&
      state.status === 'open' &&
      state.sandbox.status === 'awake' &&
      world.sandboxes.running(resourceName(state.slug)) === undefined;
    const isEnding = state.status === 'closing' || state.status === 'closed';
    return (
      isMissing ||
      (isEnding && stuckReleases(state).length === 0) ||
      diedWithItsServer(state, now) ||
      dueTurn(state, now) !== undefined ||
      Object.values(state.steps).some((step) => isUnderWay(step, now)) ||
      dueSteps(state, now).length > 0
    );
  };

  const hasPoolWork = (): boolean => {
    const { specHash } = settings;
    return duePool(directory.pool(specHash), directory.session, keepingOf(context)).length > 0;
  };

  const none = (isBusyOne: (state: SessionState) => boolean) => (): boolean => {
    for (const state of directory.sessions()) if (isLive(state) && isBusyOne(state)) return false;
    return !hasPoolWork();
  };

  const look = async (isIt: () => boolean): Promise<void> => {
    while (!((await hasReadAll()) && isIt())) {
      if (signal.aborted) throw new Error('the process is stopping');
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };

  return {
    stopped: follow(),
    rest: () => look(none((state) => isBusy(state) || runningTurn(state) !== undefined)),
    recovered: () =>
      look(none((state) => isBusy(state) || (runningTurn(state) !== undefined && !isRun(state)))),
    session: async (sessionId: string): Promise<SessionState | undefined> => {
      await look(() => true);
      return directory.session(sessionId);
    },
    claimable: async (): Promise<readonly string[]> => {
      await look(() => true);
      return directory.claimable(settings.specHash, clock.now()).map(({ sessionId }) => sessionId);
    },
  };
};

/** Not what a dead server had begun and nobody needs any more: that is due again once somebody does. */
const isUnderWay = (step: StepState, asked: Asking): boolean =>
  (step.status === 'running' && !isAbandoned(step, asked)) ||
  (step.status === 'failed' && step.retryAt > asked.now);

const isLive = ({ status }: SessionState): boolean =>
  status === 'open' || status === 'closing' || status === 'closed';
