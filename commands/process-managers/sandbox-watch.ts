import * as E from 'fp-ts/lib/Either.js';
import { isKeptElsewhere } from '../../domain/pool/keeper.ts';
import { resourceName } from '../../domain/services.ts';
import { dueSteps } from '../../domain/session/process-managers/due.ts';
import { dueTurn } from '../../domain/session/process-managers/turns.ts';
import { isGoingToSleep, type SessionState, stepOf } from '../../domain/session/state.ts';
import type { StepName } from '../../domain/steps.ts';
import { bootRequest } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';
import { asking, type Context, stateNow } from './context.ts';
import { within } from './janitor-look.ts';

/** Between two looks. What is so in two of them in a row is believed: a lease of twice this at the most. */
const LOOK_EVERY_MS = 15_000;
const CALL_LIMIT_MS = 30_000;

/** Steps that happen in a sandbox that runs. */
const INSIDE: ReadonlySet<StepName> = new Set([
  'acp_init',
  'acp_session',
  'model_setup',
  'residential_ip',
  'git_setup',
  'env_write',
  'push',
  'file_save',
  'history_move',
  'fork_code',
]);

/** Several servers share the log, and sandboxes that none of them takes along when it dies. */
const areShared = ({ settings, world }: Context): boolean =>
  !settings.exclusive && world.sandboxes.outlivesServer;

const isHeldHere = ({ world }: Context, { slug }: SessionState): boolean =>
  world.sandboxes.running(resourceName(slug)) !== undefined;

/**
 * Whoever holds the sandbox of a session does what is due in it; anybody else could only fail at it. So is the boot of one
 * that takes its place, until that was tried: the old one has ended by then, and nobody holds it. A page has none.
 */
export const isOutOfReach = (context: Context, state: SessionState, step?: StepName): boolean =>
  state.mode !== 'quick' &&
  areShared(context) &&
  (step === undefined || INSIDE.has(step) || (step === 'vm_boot' && isFirstToReplace(state))) &&
  !isHeldHere(context, state);

const isFirstToReplace = (state: SessionState): boolean =>
  state.sandbox.replaces === true && stepOf(state, 'vm_boot').status === 'waiting';

/**
 * Gets hold of a sandbox that runs, whoever has booted it. Where it was put to sleep meanwhile, that may have been what
 * this did: it sleeps again, or it would run with nobody knowing.
 */
export const takeUpSandbox = async (
  context: Context,
  state: SessionState,
  limitMs: number,
): Promise<E.Either<ProviderError, Sandbox>> => {
  const { world, clock } = context;
  const taken = await within(clock, limitMs, (signal) =>
    world.sandboxes.wake({ ...bootRequest(world, { state, attemptId: clock.id(), signal }), joins: true }),
  );
  if (E.isLeft(taken) || !(await isPutToSleep(context, state.sessionId))) return taken;
  await within(clock, CALL_LIMIT_MS, () => world.sandboxes.sleep(resourceName(state.slug)));
  return E.left(PUT_TO_SLEEP);
};

const PUT_TO_SLEEP: ProviderError = {
  code: 'sandbox_not_running',
  message: 'The sandbox was put to sleep meanwhile.',
  retryable: true,
};

/** Of a session that cannot be read nothing is believed. */
const isPutToSleep = async (context: Context, sessionId: string): Promise<boolean> => {
  const state = await stateNow(context, sessionId);
  if (state === undefined) return false;
  return (
    (state.sandbox.status === 'asleep' || isGoingToSleep(state)) && stepOf(state, 'wake').status !== 'running'
  );
};

/** The same where its host runs it; whether it does is found out first, so that nothing is started by mistake. */
export const takeUpIfRunning = async (context: Context, state: SessionState): Promise<boolean> => {
  const { world, clock } = context;
  const listed = await within(clock, CALL_LIMIT_MS, () => world.sandboxes.list());
  if (E.isLeft(listed)) return false;
  const isRunning = listed.right.some(
    (one) => one.name === resourceName(state.slug) && one.state === 'running',
  );
  return isRunning && E.isRight(await takeUpSandbox(context, state, CALL_LIMIT_MS));
};

/** The same sandbox, up since the same moment: what is known of it is not of one that came after. */
const lifeOf = (state: SessionState): string => {
  const [boot, wake] = [stepOf(state, 'vm_boot'), stepOf(state, 'wake')];
  return JSON.stringify([state.sandbox.runner, boot, wake]);
};

type Suspicion = { readonly life: string; readonly is: 'stopped' | 'abandoned' | 'exited' };

/**
 * Looks after sandboxes that the log says are awake and this server does not hold. Where their host does not run them
 * either, whoever held them has died with nobody told: they are asleep. Where it runs them, and something has been due
 * in one for two looks, nobody holds it any more: this server takes it up. What had been begun in that may have ended
 * meanwhile, and then it is asleep as well: its wake begins it anew.
 */
export const createSandboxWatch = (
  context: Context,
  stopped: AbortSignal,
  found: {
    readonly stopped: (sessionId: string, isSo: (state: SessionState) => boolean) => void;
    readonly takenUp: (sessionId: string) => void;
  },
) => {
  const { directory, world, clock, log } = context;
  let suspicions: ReadonlyMap<string, Suspicion> = new Map();

  const isUnattended = (state: SessionState): boolean => {
    if (isKeptElsewhere(state, context.settings)) return false;
    const now = asking(context, state.sessionId);
    return dueTurn(state, now) !== undefined || dueSteps(state, now).some((step) => INSIDE.has(step));
  };

  const look = async (): Promise<void> => {
    const before = suspicions;
    const suspects = [...directory.sessions()].filter(
      (state) =>
        state.status === 'open' &&
        state.sandbox.status === 'awake' &&
        !isGoingToSleep(state) &&
        !isHeldHere(context, state),
    );
    suspicions = new Map();
    if (suspects.length === 0) return;
    const listed = await within(clock, CALL_LIMIT_MS, () => world.sandboxes.list());
    // Of a host that does not answer nothing is known.
    if (E.isLeft(listed) || stopped.aborted) return;
    const running = new Set(listed.right.filter((one) => one.state === 'running').map(({ name }) => name));
    suspicions = new Map(
      suspects.flatMap((state): readonly (readonly [string, Suspicion])[] => {
        const life = lifeOf(state);
        if (!running.has(resourceName(state.slug))) return [[state.sessionId, { life, is: 'stopped' }]];
        return isUnattended(state) ? [[state.sessionId, { life, is: 'abandoned' }]] : [];
      }),
    );
    for (const state of suspects) {
      const [earlier, now] = [before.get(state.sessionId), suspicions.get(state.sessionId)];
      if (now === undefined || earlier?.life !== now.life) continue;
      if (now.is === 'abandoned' && earlier.is !== 'stopped') await takeUp(state, earlier);
      else if (now.is === earlier.is) noteStopped(state, now);
    }
  };

  const noteStopped = ({ sessionId }: SessionState, { life }: Suspicion): void =>
    found.stopped(sessionId, (current) => lifeOf(current) === life);

  const takeUp = async (state: SessionState, earlier: Suspicion): Promise<void> => {
    const { sessionId } = state;
    const taken = await takeUpSandbox(context, state, CALL_LIMIT_MS);
    if (E.isRight(taken)) return found.takenUp(sessionId);
    const { code } = taken.left;
    log.warn({ session: sessionId, code }, 'an abandoned sandbox was not taken up');
    if (code !== 'sandbox_exited') return;
    if (earlier.is === 'exited') noteStopped(state, earlier);
    else suspicions = new Map([...suspicions, [sessionId, { ...earlier, is: 'exited' }]]);
  };

  let cancel = (): void => undefined;
  const tick = (): void => {
    look().catch((error: unknown) => log.error({ error: String(error) }, 'a look at the sandboxes failed'));
    cancel = clock.after(LOOK_EVERY_MS, tick);
  };

  return {
    start: (): void => {
      if (!areShared(context)) return;
      stopped.addEventListener('abort', () => cancel(), { once: true });
      tick();
    },
  };
};
