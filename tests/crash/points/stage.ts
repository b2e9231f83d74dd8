import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Either } from 'fp-ts/lib/Either.js';
import { seededRandom } from '../../../commands/testing/clock.ts';
import type { Latency } from '../../../commands/testing/providers.ts';
import type { Failpoint } from '../../support/ledger/failpoints.ts';
import { createOutside, type Outside } from '../../support/ledger/outside.ts';
import { type Served, serveOutside } from '../../support/ledger/serve.ts';
import { startWorker, type Worker, WorkerDied } from '../../support/ledger/start-worker.ts';
import type { ToldEvent, WorkerCalls, WorkerOptions } from '../../support/ledger/worker-calls.ts';

/** How long anything may take that a story waits for, on a busy machine. */
const LIMIT_MS = 40_000;
/** Longest way to the world outside and back, in milliseconds. */
const SLOWEST_MS = 3;

/** A command that was answered: whatever happens afterwards, the log holds what it led to. */
export type Acknowledged = { readonly command: string; readonly stream?: string; readonly revision: number };

/** A server that ended at a failpoint, and how long the next one took until nothing was left of it to do. */
export type Death = {
  readonly at: Failpoint;
  readonly recoveredMs?: number;
  /** Failpoints the next server passed until then. */
  readonly passed: readonly string[];
};

type Commands = {
  [Name in keyof WorkerCalls]: ReturnType<WorkerCalls[Name]> extends Promise<Either<unknown, infer Answer>>
    ? { readonly args: Parameters<WorkerCalls[Name]>; readonly answer: Answer }
    : never;
};
type CommandName = {
  [Name in keyof Commands]: Commands[Name] extends never ? never : Name;
}[keyof Commands];

/** Where a story is played: servers one after the other on one data directory, over one world outside. */
export type Stage = {
  readonly outside: Outside;
  readonly served: Served;
  /** Asks until a server has answered: a killed one is followed by another, and is asked the same again. */
  readonly ask: <Name extends CommandName>(
    name: Name,
    ...args: Commands[Name]['args']
  ) => Promise<Commands[Name]['answer']>;
  readonly claimable: () => Promise<readonly string[]>;
  readonly rest: () => Promise<void>;
  /** Waits until the log is like this. */
  readonly until: (what: string, isIt: (log: readonly ToldEvent[]) => boolean) => Promise<void>;
  readonly log: () => readonly ToldEvent[];
  /** A name for a command, of which there is only one. */
  readonly commandId: () => string;
};

export type Played = {
  readonly dataDir: string;
  readonly acknowledged: readonly Acknowledged[];
  /** What was read back from the log at some time, as it was told. */
  readonly told: readonly ToldEvent[];
  /** Positions at which two servers told of different events. */
  readonly rewritten: readonly string[];
  readonly deaths: readonly Death[];
  /** Failpoints passed by the last server. */
  readonly passed: Readonly<Record<string, number>>;
};

type StageOptions = Pick<WorkerOptions, 'settings' | 'residentialProxy'> & {
  readonly seed: number;
  /** One for each server from the first on; those after the last one live. */
  readonly failpoints: readonly Failpoint[];
  /** What `bundleWorker` made. */
  readonly script: string;
};

export const openStage = async ({ seed, failpoints, script, ...options }: StageOptions) => {
  const random = seededRandom(seed);
  const latency: Latency = () =>
    new Promise((resolve) => {
      const ms = Math.floor(random() * (SLOWEST_MS + 1));
      if (ms === 0) setImmediate(resolve);
      else setTimeout(resolve, ms);
    });
  const outside = createOutside(latency);
  const served = await serveOutside(outside, latency);
  const dataDir = await mkdtemp(join(tmpdir(), 'mk0r-points-'));
  const told = new Map<string, ToldEvent>();
  const rewritten: string[] = [];
  const acknowledged: Acknowledged[] = [];
  const deaths: Death[] = [];
  const listeners: (() => void)[] = [];
  let lives = 0;
  let commands = 0;
  let worker: Worker | undefined;
  let isOver = false;

  const hear = (events: readonly ToldEvent[]): void => {
    for (const event of events) {
      const before = told.get(event.position);
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(event))
        rewritten.push(event.position);
      told.set(event.position, event);
    }
    for (const listener of listeners.splice(0)) listener();
  };

  const start = async (): Promise<Worker> => {
    const failpoint = failpoints[lives];
    lives += 1;
    const started = await startWorker(
      { dataDir, outside: served.address, ...options, ...(failpoint === undefined ? {} : { failpoint }) },
      hear,
      script,
    );
    void started.ended.then(() => {
      if (worker === started) worker = undefined;
      for (const listener of listeners.splice(0)) listener();
    });
    return started;
  };

  /** The server that lives; where the one before was killed, another that has taken up what it left. */
  const current = async (): Promise<Worker> => {
    while (worker === undefined) {
      if (isOver) throw new Error('the stage is closed');
      const at = failpoints[lives - 1];
      if (lives > 0 && at === undefined) throw new Error('a server ended that nobody had killed');
      const from = performance.now();
      try {
        worker = await start();
        if (at === undefined) continue;
        const next = worker;
        await within(LIMIT_MS, 'recovery', next.call('recovered'));
        const recoveredMs = performance.now() - from;
        deaths.push({ at, recoveredMs, passed: Object.keys(await next.call('passed')) });
      } catch (error) {
        if (!(error instanceof WorkerDied)) throw error;
        if (at !== undefined) deaths.push({ at, passed: [] });
        worker = undefined;
        // It may have been killed on its way up; anything else is a defect.
        if (failpoints[lives - 1] === undefined) throw error;
      }
    }
    return worker;
  };

  const withServer = async <A>(what: string, use: (server: Worker) => Promise<A>): Promise<A> => {
    for (;;) {
      const server = await current();
      try {
        return await within(LIMIT_MS, what, use(server));
      } catch (error) {
        if (!(error instanceof WorkerDied)) throw error;
        if (worker === server) worker = undefined;
      }
    }
  };

  const acknowledge = (command: string, args: readonly unknown[], answer: unknown): void => {
    const { revision, sessionId } = answer as { readonly revision?: number; readonly sessionId?: string };
    const [of] = args as readonly [{ readonly sessionId?: string }];
    const session = sessionId ?? of.sessionId;
    if (revision === undefined) return;
    acknowledged.push({
      command,
      revision,
      ...(session === undefined ? {} : { stream: `session-${session}` }),
    });
  };

  const ask: Stage['ask'] = (name, ...args) =>
    withServer(name, async (server) => {
      const answer = (await server.call(name, ...(args as never))) as Either<unknown, never>;
      if (answer._tag === 'Left') throw new Error(`${name}: ${JSON.stringify(answer.left)}`);
      acknowledge(name, args, answer.right);
      return answer.right;
    });

  const stage: Stage = {
    outside,
    served,
    ask,
    claimable: () => withServer('claimable', (server) => server.call('claimable')),
    rest: () => withServer('rest', (server) => server.call('rest')),
    until: async (what, isIt) => {
      const end = performance.now() + LIMIT_MS;
      while (!isIt(inOrder(told))) {
        await current();
        const left = end - performance.now();
        if (!isIt(inOrder(told)))
          await within(left, what, new Promise<void>((heard) => listeners.push(heard)));
      }
    },
    log: () => inOrder(told),
    commandId: () => {
      commands += 1;
      return `command-${commands}`;
    },
  };

  return {
    stage,
    /** Ends the last server as an operator would. */
    leave: async (): Promise<Played> => {
      const passed = await withServer('stop', async (server) => {
        const points = await server.call('passed');
        await server.stop();
        return points;
      });
      return { dataDir, acknowledged, told: inOrder(told), rewritten, deaths, passed };
    },
    close: async (): Promise<void> => {
      isOver = true;
      worker?.signal('SIGKILL');
      await worker?.ended;
      await served.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

const inOrder = (told: ReadonlyMap<string, ToldEvent>): readonly ToldEvent[] =>
  [...told.values()].sort((a, b) => Number(a.position) - Number(b.position));

const within = async <A>(ms: number, what: string, work: Promise<A>): Promise<A> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`${what}: not within ${LIMIT_MS} ms`)),
    Math.max(0, ms),
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};
