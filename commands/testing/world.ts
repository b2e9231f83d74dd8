import { SERVICES, type ServiceName } from '../../domain/services.ts';
import type { SessionEventOf, SessionEventType } from '../../domain/session/events.ts';
import { KEEP_FOR_EVER } from '../../domain/session/process-managers/idleness.ts';
import type { SessionState } from '../../domain/session/state.ts';
import { right } from '../../domain/testing/outcome.ts';
import { createDirectory } from '../directory.ts';
import { EFFECTS } from '../effects/index.ts';
import { createHandlers } from '../handler.ts';
import { createDeriver } from '../identifiers.ts';
import { createJournal } from '../journal.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore, StoredEvent } from '../ports/event-store.ts';
import type { Context, Settings } from '../process-managers/context.ts';
import { createPresences } from '../process-managers/presence.ts';
import { startRunner } from '../process-managers/runner.ts';
import { createPageStreams } from '../quick/page-streams.ts';
import { createReader } from '../reader.ts';
import { createSessionCreator } from '../visitor/create-session.ts';
import { createSessionCommands } from '../visitor/session-commands.ts';
import { createScriptedAgent } from './agent.ts';
import { createTestClock, seededRandom } from './clock.ts';
import { createFakeDatabase } from './database.ts';
import { createMemoryEventStore } from './event-store.ts';
import { createScriptedWriter } from './page-writer.ts';
import { portOf } from './port-of.ts';
import { createFakeProvider, createFakeRepository, type Latency } from './providers.ts';
import { createFakeSandboxHost } from './sandboxes.ts';
import { createMemoryVault, memoryCipher } from './vault.ts';

export const SPEC = 'spec-one';

type Options = {
  readonly seed?: number;
  readonly store?: EventStore;
  readonly clock?: Clock;
  /** Longest time one call outside takes; 0 answers at once. */
  readonly latencyMs?: number;
  /** Time an append takes until it is on disk. */
  readonly appendMs?: number;
  readonly residentialProxy?: string;
};

/** Everything outside a server: the log, the vault, four services, a sandbox host and an agent. It outlives servers. */
export const createTestWorld = ({ seed = 1, latencyMs = 200, appendMs = 2, ...given }: Options = {}) => {
  const time = createTestClock(seed);
  const random = seededRandom(seed + 1);
  const latency: Latency = () =>
    latencyMs === 0 ? Promise.resolve() : time.sleep(1 + Math.floor(random() * latencyMs));
  const memory = given.store ?? createMemoryEventStore();
  const store: EventStore = {
    ...memory,
    append: (stream, expected, events) => async () => {
      if (appendMs > 0) await time.sleep(appendMs);
      return memory.append(stream, expected, events)();
    },
  };
  const sandboxes = createFakeSandboxHost(latency);
  const github = createFakeRepository(latency, sandboxes.hasPushed);
  const providers = {
    posthog: createFakeProvider('posthog', latency),
    neon: createFakeDatabase(latency),
    resend: createFakeProvider('resend', latency),
    github,
  };
  const agent = createScriptedAgent(sandboxes, latency);
  const writer = createScriptedWriter(latency);
  return {
    time,
    clock: given.clock ?? (time as Clock),
    store,
    vault: createMemoryVault(),
    sandboxes,
    providers,
    github,
    agent,
    writer,
    ...(given.residentialProxy === undefined ? {} : { residentialProxy: given.residentialProxy }),
  };
};

export type TestWorld = ReturnType<typeof createTestWorld>;

/** The same world, its sandboxes at a cloud: they outlive servers, and any server may get hold of one. */
export const inACloud = (world: TestWorld): TestWorld => ({
  ...world,
  sandboxes: { ...world.sandboxes, outlivesServer: true, serverDied: () => undefined },
});

let servers = 0;

/**
 * A server over a world. `crash` is a kill -9: from then on it does nothing and hears nothing. `standStill` is a SIGSTOP
 * and, so many milliseconds later, a SIGCONT: what it had asked for happens meanwhile, and it hears of that afterwards.
 */
export const startTestServer = (world: TestWorld, settings: Partial<Settings> = {}) => {
  servers += 1;
  const runner = `runner-${servers}`;
  let isAlive = true;
  let still: Promise<void> | undefined;
  const reach = <Port extends object>(port: Port): Port =>
    portOf(
      port,
      () => isAlive,
      () => still,
    );
  const ring = (callback: () => void): void => {
    if (still !== undefined) void still.then(() => ring(callback));
    else if (isAlive) callback();
  };
  const clock: Clock = {
    ...world.clock,
    after: (ms, callback) => {
      let isCancelled = false;
      const cancel = world.clock.after(ms, () => ring(() => isCancelled || callback()));
      return () => {
        isCancelled = true;
        cancel();
      };
    },
  };
  const [store, vault] = [reach(world.store), reach(world.vault)];
  const reader = createReader({ store, vault, cipher: memoryCipher });
  const shown: { readonly sessionId: string; readonly text: string }[] = [];
  const context: Context = {
    handlers: createHandlers(createJournal({ store, vault, cipher: memoryCipher, clock }), clock),
    reader,
    directory: createDirectory(),
    world: {
      sandboxes: reach(world.sandboxes),
      agent: reach(world.agent),
      pageWriter: reach(world.writer),
      providers: {
        posthog: reach(world.providers.posthog),
        neon: reach(world.providers.neon),
        resend: reach(world.providers.resend),
        github: reach(world.providers.github),
      },
      repository: reach(world.github),
      checkpoints: reach(world.providers.neon.checkpoints),
      vault,
      derive: createDeriver(Buffer.from('master key of the tests')),
      forwards: [],
      systemPrompt: 'You build apps.',
      ...(world.residentialProxy === undefined ? {} : { residentialProxy: world.residentialProxy }),
      runner,
    },
    effects: EFFECTS,
    clock,
    settings: {
      runner,
      exclusive: true,
      specHash: SPEC,
      model: 'haiku',
      poolTarget: 0,
      poolBootConcurrency: 2,
      topUpHoldMs: 0,
      life: KEEP_FOR_EVER,
      maxAwake: 0,
      janitorEveryMs: 0,
      orphanGraceMs: 0,
      pageCheck: 'modules',
      ...settings,
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    observe: { step: () => undefined, turn: () => undefined },
    volatile: (sessionId, { text }) => void shown.push({ sessionId, text }),
    pages: createPageStreams(),
    presence: createPresences(clock),
  };
  const runnerOf = startRunner(context, store);
  return {
    context,
    create: createSessionCreator(context),
    commands: createSessionCommands(context.handlers, context.world.vault),
    caughtUp: runnerOf.caughtUp,
    nudgePool: runnerOf.nudgePool,
    sandboxExited: runnerOf.sandboxExited,
    sweep: runnerOf.sweep,
    stop: runnerOf.stop,
    shown,
    session: (sessionId: string): SessionState | undefined => context.directory.session(sessionId),
    standStill: (ms: number): void => {
      const until = world.time.sleep(ms).then(() => {
        if (still === until) still = undefined;
      });
      still = until;
    },
    crash: (): void => {
      isAlive = false;
      world.sandboxes.serverDied();
    },
  };
};

export type TestServer = ReturnType<typeof startTestServer>;

/** Every event of a session as it is stored: personal fields encrypted. */
export const historyOf = (world: TestWorld, sessionId: string): Promise<readonly StoredEvent[]> =>
  right(world.store.readStream(`session-${sessionId}`));

export const factsOf = async <T extends SessionEventType>(
  world: TestWorld,
  sessionId: string,
  type: T,
): Promise<readonly SessionEventOf<T>['data'][]> =>
  (await historyOf(world, sessionId))
    .filter((event) => event.type === type)
    .map((event) => event.data as unknown as SessionEventOf<T>['data']);

/** How many of everything a session has outside: one each when nothing was doubled or leaked. */
export const liveResources = (world: TestWorld): Readonly<Record<ServiceName | 'sandbox', number>> => ({
  sandbox: world.sandboxes.names().length,
  ...(Object.fromEntries(SERVICES.map((name) => [name, world.providers[name].live.size])) as Record<
    ServiceName,
    number
  >),
});

export const ONE_OF_EACH = { sandbox: 1, posthog: 1, neon: 1, resend: 1, github: 1 };
export const NOTHING = { sandbox: 0, posthog: 0, neon: 0, resend: 0, github: 0 };
