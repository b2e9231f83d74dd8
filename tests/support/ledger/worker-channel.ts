import type { FromWorker, ToldEvent, ToWorker, WorkerCalls, WorkerOptions } from './worker-calls.ts';

type Start = (options: WorkerOptions, tell: (events: readonly ToldEvent[]) => void) => Promise<WorkerCalls>;

const say = (message: FromWorker): void => {
  // A parent that is no more ends this process too.
  process.send?.(message, undefined, undefined, () => undefined);
};

/** Answers the parent's calls over the channel; ends with the parent. */
export const serveCalls = (start: Start): void => {
  let calls: WorkerCalls | undefined;

  const answer = async ({ id, call, args }: Extract<ToWorker, { readonly id: number }>): Promise<void> => {
    try {
      if (calls === undefined) throw new Error('asked before it was up');
      const made = calls[call] as (...args: readonly unknown[]) => Promise<unknown>;
      say({ id, answer: await made(...args) });
    } catch (error) {
      say({ id, thrown: String(error) });
    }
    if (call === 'stop') process.disconnect();
  };

  process.on('message', (message: ToWorker) => {
    if ('options' in message) {
      start(message.options, (events) => say({ events })).then(
        (started) => {
          calls = started;
          say({ up: true });
        },
        (error: unknown) => {
          say({ failed: error instanceof Error ? error.message : String(error) });
          process.disconnect();
        },
      );
    } else void answer(message);
  });
  process.once('disconnect', () => process.exit());
};
