import type { AgentUpdate } from '../ports/agent.ts';
import type { Clock } from '../ports/clock.ts';

/** How long a stream may take to end once nobody wants to hear more of it. */
const LAST_WORD_MS = 10_000;

type Ending = { readonly code: string; readonly message: string };

const SILENT: Ending = { code: 'aborted', message: 'Listening was ended.' };
const FAILED: Ending = {
  code: 'unexpected',
  message: 'The connection to the agent failed. Send the message again.',
};

/**
 * What the agent says, to an end in any case: a stream that throws, and one that goes on in silence after it was told to
 * end, would otherwise leave a turn running for ever, and with it the session.
 */
export async function* listen(
  updates: AsyncIterable<AgentUpdate>,
  signal: AbortSignal,
  clock: Pick<Clock, 'after'>,
): AsyncGenerator<AgentUpdate, void, undefined> {
  const iterator = updates[Symbol.asyncIterator]();
  const overdue = new Promise<'overdue'>((resolve) => {
    const wait = (): void => void clock.after(LAST_WORD_MS, () => resolve('overdue'));
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });
  let eventId = 0;
  const ending = (error: Ending): AgentUpdate => ({ eventId: eventId + 1, type: 'error', ...error });
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), overdue]);
      if (next === 'overdue') {
        yield ending(SILENT);
        return;
      }
      if (next.done === true) return;
      eventId = next.value.eventId;
      yield next.value;
    }
  } catch {
    yield ending(FAILED);
  } finally {
    // Not waited for: what does not answer does not end either.
    void iterator.return?.().catch(() => undefined);
  }
}
