import { isDeepStrictEqual } from 'node:util';
import * as Either from 'fp-ts/lib/Either.js';
import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import type { Verdict } from './damage.ts';

const PAGE = 40;

const wrong = (message: string): Verdict => ({ outcome: 'WRONG', message });

type Read = { readonly events: readonly StoredEvent[]; readonly refusal?: string };

const readLog = async (store: EventStore): Promise<Read> => {
  const events: StoredEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.position;
    const page = await store.readAll({ limit: PAGE, ...(after === undefined ? {} : { after }) })();
    if (Either.isLeft(page)) return { events, refusal: page.left.message };
    events.push(...page.right);
    if (page.right.length < PAGE) return { events };
  }
};

const firstDifference = (read: readonly StoredEvent[], acknowledged: readonly StoredEvent[]): number =>
  acknowledged.findIndex((event, index) => !isDeepStrictEqual(read[index], event));

const judgeLog = ({ events, refusal }: Read, acknowledged: readonly StoredEvent[]): string | undefined => {
  const expected = refusal === undefined ? acknowledged : acknowledged.slice(0, events.length);
  const at = firstDifference(events, expected);
  if (at === -1) return undefined;
  return `event ${at + 1} of the log reads ${JSON.stringify(events[at])}, not ${JSON.stringify(acknowledged[at])}`;
};

const judgeStreams = async (
  store: EventStore,
  acknowledged: readonly StoredEvent[],
): Promise<{ readonly wrong?: string; readonly refusals: readonly string[] }> => {
  const refusals: string[] = [];
  for (const [stream, expected] of Map.groupBy(acknowledged, (event) => event.stream)) {
    const read = await store.readStream(stream)();
    if (Either.isLeft(read)) refusals.push(read.left.message);
    else if (firstDifference(read.right, expected) !== -1)
      return { wrong: `${stream} reads otherwise, with ${read.right.length} events`, refusals };
  }
  return { refusals };
};

const ask = async (store: EventStore, acknowledged: readonly StoredEvent[]): Promise<Verdict> => {
  const log = await readLog(store);
  const wrongInLog = judgeLog(log, acknowledged);
  if (wrongInLog !== undefined) return wrong(wrongInLog);
  const streams = await judgeStreams(store, acknowledged);
  if (streams.wrong !== undefined) return wrong(streams.wrong);
  const head = await store.head()();
  if (Either.isRight(head) && Number(head.right) < Number(acknowledged.at(-1)?.position))
    return wrong(`the head is at ${head.right}`);
  const [message] = [log.refusal, ...streams.refusals].filter((refusal) => refusal !== undefined);
  if (message !== undefined) return { outcome: 'read refused', message };
  return { outcome: 'whole', more: log.events.length - acknowledged.length };
};

/** Opens the file as the product does and reads all of it back, every way there is. */
export const readBack = async (file: string, acknowledged: readonly StoredEvent[]): Promise<Verdict> => {
  try {
    const opened = openSqliteEventStore({ file });
    if (Either.isLeft(opened)) return { outcome: 'refused', message: opened.left.message };
    try {
      return await ask(opened.right, acknowledged);
    } finally {
      await opened.right.close();
    }
  } catch (error) {
    return wrong(`it threw ${String(error)}`);
  }
};
