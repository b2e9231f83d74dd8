import * as E from 'fp-ts/lib/Either.js';
import type { SessionEventType } from '../../domain/session/events.ts';
import type { Directory } from '../directory.ts';
import type { EventStore, StoredEvent } from '../ports/event-store.ts';
import type { Snapshot, Snapshots } from '../ports/snapshots.ts';

/**
 * Most of a log, and nothing of it stays in a folded session but when a running turn was heard of last. Who starts leaves
 * it out, so that a start takes as long as there is something to know; whether a turn was left by its server is asked of
 * its own stream before anything is done about it.
 */
export const PASSING: ReadonlySet<SessionEventType> = new Set([
  'AgentSaid',
  'ToolCalled',
  'ToolReturned',
  'TurnVerified',
  'VariableRevealed',
]);
/** Fewer, larger reads: nobody is served from a directory that is not there yet. */
const CATCH_UP_BATCH = 2_000;

export type Folded = {
  readonly events: readonly StoredEvent[];
  /** Sessions that are another now. */
  readonly touched: ReadonlySet<string>;
  readonly caughtUp: boolean;
};

/** Events after which it is worth keeping what was folded: some seconds of a start. */
const KEEP_EVERY = 100_000;
const ASK_AGAIN_MS = 500;

type Options = { readonly snapshots?: Snapshots | undefined; readonly keepEvery?: number };

/**
 * Folds the log into the directory and goes on for as long as it grows: from its first event, or from a snapshot of what
 * the same code has folded before.
 */
export async function* followLog(
  store: Pick<EventStore, 'subscribeAll' | 'readStream'>,
  directory: Pick<Directory, 'apply' | 'state' | 'restore'>,
  signal: AbortSignal,
  { snapshots, keepEvery = KEEP_EVERY }: Options = {},
): AsyncGenerator<Folded, void, undefined> {
  const kept = await snapshots?.load();
  const isOurs = kept !== undefined && (await holds(store, kept.last, signal));
  let after = isOurs ? kept.last.position : undefined;
  if (isOurs) directory.restore(kept.directory);
  /** What was heard before: a log is caught up with by a batch that may be empty. */
  let last: StoredEvent | undefined;
  let unkept = 0;
  let keeping: Promise<void> | undefined;

  const keep = (): void => {
    if (snapshots === undefined || last === undefined || unkept < keepEvery || keeping !== undefined) return;
    unkept = 0;
    const { stream, revision, id, position } = last;
    const snapshot = { last: { stream, revision, id, position }, directory: directory.state() };
    keeping = snapshots.save(snapshot).finally(() => {
      keeping = undefined;
    });
  };

  const folded = (events: readonly StoredEvent[], caughtUp: boolean): Folded => {
    const touched = new Set<string>();
    for (const event of events) {
      const sessionId = directory.apply(event);
      if (sessionId !== undefined) touched.add(sessionId);
    }
    last = events.at(-1) ?? last;
    after = last?.position ?? after;
    unkept += events.length;
    if (caughtUp) keep();
    return { events, touched, caughtUp };
  };

  const from = () => (after === undefined ? {} : { after });
  const past = store.subscribeAll({ signal, without: PASSING, batchSize: CATCH_UP_BATCH, ...from() });
  for await (const { events, caughtUp } of past) {
    yield folded(events, caughtUp);
    if (caughtUp) break;
  }
  for await (const { events, caughtUp } of store.subscribeAll({ signal, ...from() }))
    yield folded(events, caughtUp);
}

/** Whether it is this log the snapshot was made of: its last event stands where it stood. */
const holds = async (
  store: Pick<EventStore, 'readStream'>,
  last: Snapshot['last'],
  signal: AbortSignal,
): Promise<boolean> => {
  while (!signal.aborted) {
    const read = await store.readStream(last.stream, { from: last.revision, limit: 1 })();
    if (E.isRight(read)) {
      const [event] = read.right;
      return event?.id === last.id && event.position === last.position;
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  return false;
};
