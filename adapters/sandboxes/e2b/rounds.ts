import type { BaseLogger } from 'pino';
import type { oneAtATime } from '../one-at-a-time.ts';
import type { Awake } from './awake.ts';
import { AWAKE_MS } from './settings.ts';
import type { Vm, Vms } from './vms.ts';

export const ROUND_EVERY_MS = 60_000;
const AT_ONCE = 8;
/** A server that starts does not wait longer for those an earlier one has left running. */
const TAKE_UP_MS = 30_000;

/** Runs `work` for each item, at most eight at once. */
const forEachOf = async <A>(items: readonly A[], work: (item: A) => Promise<void>): Promise<void> => {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};

const isRunning = ({ state }: Vm): boolean => state === 'running';

/**
 * The machine its session is in: a boot ends what is older. A younger one was made by an attempt that died, whose request
 * E2B carried out all the same.
 */
const oldestOfEach = (vms: readonly Vm[]): readonly Vm[] => [
  ...new Map(vms.toReversed().map((vm) => [vm.name, vm])).values(),
];

export type RoundsOptions = {
  readonly vms: Vms;
  readonly inTurn: ReturnType<typeof oneAtATime>;
  readonly up: ReadonlyMap<string, Awake>;
  readonly lost: (name: string, how: string) => void;
  readonly logger: Pick<BaseLogger, 'info' | 'warn'>;
  readonly everyMs: number;
};

/**
 * Once a minute, one listing: what this process speaks to is kept awake, what E2B has paused or ended is reported, and
 * a second machine of the same name, which an attempt has made that did not live to learn of it, ends.
 */
export const startRounds = ({ vms, inTurn, up, lost, logger, everyMs }: RoundsOptions) => {
  const stopping = new AbortController();

  const tend = async (name: string, mine: Awake, all: readonly Vm[], asOf: number): Promise<void> => {
    const same = all.filter((vm) => vm.name === name);
    const its = same.find(({ id }) => id === mine.id);
    // Whoever took its place is not a second one.
    if (its === undefined) return lost(name, 'E2B no longer runs it');
    for (const { id } of same) if (id !== mine.id) await vms.kill(id);
    if (!isRunning(its)) lost(name, 'E2B no longer runs it');
    else if (its.endAt.getTime() - asOf < AWAKE_MS / 2) await vms.keepAwake(mine.id);
  };

  const round = async (): Promise<void> => {
    const before = new Map(up);
    const asOf = Date.now();
    const all = await vms.list(undefined, stopping.signal);
    await forEachOf([...before], ([name, mine]) =>
      inTurn(name, async () => {
        // Booted, woken or put to sleep since the listing: it says nothing about that one.
        if (up.get(name) === mine && !stopping.signal.aborted) await tend(name, mine, all, asOf);
      }),
    );
  };

  const timer = setInterval(() => {
    if (up.size === 0) return;
    round().catch((err: unknown) => logger.warn({ err }, 'a round of the sandboxes at E2B failed'));
  }, everyMs);
  timer.unref();

  return {
    /** The machines that run already, at the start of this process; each that cannot be had is left as it is. */
    takeUp: async (resume: (vm: Vm, signal: AbortSignal) => Promise<unknown>): Promise<void> => {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(TAKE_UP_MS)]);
      try {
        const running = oldestOfEach(await vms.list(undefined, signal)).filter(isRunning);
        await forEachOf(running, async (vm) => {
          if (up.has(vm.name)) return;
          await resume(vm, signal).catch((err: unknown) =>
            logger.warn({ sandbox: vm.name, err }, 'a running sandbox could not be taken up'),
          );
        });
        if (running.length > 0) logger.info({ sandboxes: up.size }, 'took up running sandboxes');
      } catch (err) {
        logger.warn({ err }, 'E2B could not be asked which sandboxes run');
      }
    },
    stop: (): void => {
      stopping.abort();
      clearInterval(timer);
    },
  };
};
