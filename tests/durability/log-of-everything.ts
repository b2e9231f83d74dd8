import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { decryptField, encryptField } from '../../adapters/vault/personal-fields.ts';
import { openSqliteVault } from '../../adapters/vault/sqlite.ts';
import { type Cause, createJournal, type Fold } from '../../commands/journal.ts';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import type { Vault } from '../../commands/ports/vault.ts';
import { right, rightOf } from '../../domain/testing/outcome.ts';
import { STORY } from '../history/story.ts';

export const MASTER_KEY = Buffer.alloc(32, 'durability');

type Fact = { readonly type: string; readonly data: unknown };
type Appended = { readonly stream: string; readonly session?: string; readonly facts: readonly Fact[] };

const LONG_PROMPT = 'Count the check-ins of every week and compare them with the week before. '.repeat(120);
const LAST = 'durabilitylastone001';

/** Appends of one, two and three events. */
const inGroups = (facts: readonly Fact[]): readonly (readonly Fact[])[] => {
  const groups: (readonly Fact[])[] = [];
  for (let at = 0; at < facts.length; at += groups.at(-1)?.length ?? 1)
    groups.push(facts.slice(at, at + 1 + (groups.length % 3)));
  return groups;
};

/** Every type there is, and one event that is larger than a page of the file. */
const FIRST_PART: readonly Appended[] = Object.values(STORY).flatMap(({ stream, facts, session }) =>
  inGroups(facts).map((some) => ({
    stream,
    facts: some,
    ...(session === undefined ? {} : { session: session.id }),
  })),
);
const LARGE: Appended = {
  stream: `session-${LAST}`,
  session: LAST,
  facts: [{ type: 'TurnSubmitted', data: { turnId: 'turn-1', prompt: LONG_PROMPT } }],
};
/** What is only in the write-ahead log when the server is killed. */
const SECOND_PART: readonly Appended[] = [1, 2, 3, 4, 5].map((turn) => ({
  stream: `session-${LAST}`,
  session: LAST,
  facts: [
    { type: 'TurnSubmitted', data: { turnId: `turn-${turn}`, prompt: `Make it ${turn} times as large.` } },
    { type: 'TurnCancelled', data: { turnId: `turn-${turn}` } },
  ],
}));

const nothing: Fold<null> = { initial: null, evolve: () => null };

const appender = (store: EventStore, vault: Vault) => {
  let now = Date.parse('2026-01-05T09:00:00.000Z');
  const clock = {
    now: () => {
      now += 1_337;
      return new Date(now).toISOString();
    },
    after: () => () => undefined,
    random: () => 0.5,
    id: randomUUID,
  };
  const journal = createJournal({ store, vault, cipher: { encryptField, decryptField }, clock });
  return async ({ stream, session, facts }: Appended, index: number): Promise<void> => {
    if (session !== undefined) await right(vault.openSession(session));
    const cause: Cause = {
      key: `durability|${stream}|${index}`,
      causationId: `cause-${index}`,
      correlationId: `correlation-${stream}`,
      actor: 'process-manager:turns',
    };
    const append = pipe(
      journal.load(stream, nothing),
      TE.mapLeft((error): { readonly tag: string } => error),
      TE.flatMap((loaded) => journal.prepare(stream, nothing, loaded, facts, cause)),
      TE.flatMap((prepared) => journal.append(stream, nothing, prepared)),
    );
    rightOf(await append());
  };
};

/** What a killed process would have left: the shared memory beside the log is made anew by who opens it. */
const STORE_FILES = ['events.db', 'events.db-wal', 'events.db-acknowledged'];

/** The files of a store as they lay on the disk at some moment, and what had been acknowledged by then. */
export type Moment = {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly acknowledged: readonly StoredEvent[];
};

const filesIn = (dir: string): Moment['files'] =>
  new Map(
    STORE_FILES.filter((name) => existsSync(join(dir, name))).map((name) => [
      name,
      readFileSync(join(dir, name)),
    ]),
  );

const everything = (store: EventStore): Promise<readonly StoredEvent[]> =>
  right(store.readAll({ limit: 10_000 }));

/**
 * A log with every type of event, sealed and encrypted as in life: once everything is in the main file, and then after
 * each of some more appends, which are in the write-ahead log alone.
 */
export const writeLogOfEverything = async (
  dir: string,
): Promise<{ readonly closed: Moment; readonly appended: readonly Moment[] }> => {
  const vault = rightOf(openSqliteVault({ file: join(dir, 'vault.db'), masterKey: MASTER_KEY }));
  const openStore = () => rightOf(openSqliteEventStore({ file: join(dir, 'events.db') }));

  const first = openStore();
  const appendFirst = appender(first, vault);
  for (const [index, some] of [...FIRST_PART, LARGE].entries()) await appendFirst(some, index);
  const acknowledged = await everything(first);
  await first.close();
  const closed = { files: filesIn(dir), acknowledged };

  const second = openStore();
  const appendSecond = appender(second, vault);
  const appended: Moment[] = [];
  for (const [index, some] of SECOND_PART.entries()) {
    await appendSecond(some, 1_000 + index);
    appended.push({ files: filesIn(dir), acknowledged: await everything(second) });
  }
  await second.close();
  vault.close();
  return { closed, appended };
};
