export type Shutdown = {
  /** To be undone at the end; what was set up last is undone first. */
  readonly defer: (name: string, undo: () => unknown) => void;
  /**
   * Undoes everything, one after the other, and resolves with the names of what failed or did not end in time. Runs
   * once: a second call waits for the first.
   */
  readonly run: () => Promise<readonly string[]>;
};

type Log = {
  readonly info: (message: string) => void;
  readonly error: (facts: object, message: string) => void;
};

const DEADLINE_MS = 15_000;

/**
 * Ends in the reverse order of the beginning: nothing is taken away from under something that still uses it. A step
 * that fails does not keep the others from being undone; one that hangs does, but only until the deadline, which is
 * for all of them together.
 */
export const createShutdown = (log: Log, deadlineMs = DEADLINE_MS): Shutdown => {
  const steps: { readonly name: string; readonly undo: () => unknown }[] = [];
  let running: Promise<readonly string[]> | undefined;

  const undoAll = async (): Promise<readonly string[]> => {
    const failed: string[] = [];
    const until = performance.now() + deadlineMs;
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const { name, undo } = step;
      try {
        await within(until - performance.now(), async () => undo());
      } catch (err) {
        failed.push(name);
        log.error({ err }, `${name} did not stop cleanly`);
      }
    }
    return failed;
  };

  return {
    defer: (name, undo) => void steps.push({ name, undo }),
    run: () => {
      running ??= undoAll();
      return running;
    },
  };
};

const within = async (ms: number, work: () => Promise<unknown>): Promise<void> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('not done by the deadline')), Math.max(0, ms));
  try {
    await Promise.race([work(), promise]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Runs the shutdown at the first signal and ends the process: 0 when everything was undone, 1 otherwise. Further signals
 * change nothing: on Ctrl-C a server under `npm start` gets one from the terminal and one from npm, and ending at once
 * would leave Postgres running. The shutdown's deadline is what ends a stop that hangs.
 */
export const onSignals = (shutdown: Shutdown, log: Log): void => {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    log.info(`${signal}: stopping`);
    shutdown.run().then(
      (failed) => process.exit(failed.length === 0 ? 0 : 1),
      () => process.exit(1),
    );
  };
  for (const name of SIGNALS) process.on(name, stop);
};
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
