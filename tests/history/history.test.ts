import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decryptField, encryptField } from '../../adapters/vault/personal-fields.ts';
import { createFeed } from '../../api/composition/hub.ts';
import { canonicalJson } from '../../commands/canonical-json.ts';
import { janitorFold, poolFold, sessionFold } from '../../commands/handler.ts';
import { createJournal } from '../../commands/journal.ts';
import { systemClock } from '../../commands/ports/clock.ts';
import type { Json, StoredEvent } from '../../commands/ports/event-store.ts';
import type { Vault } from '../../commands/ports/vault.ts';
import { createReader } from '../../commands/reader.ts';
import { verifySeals } from '../../commands/seal.ts';
import { createMemoryEventStore } from '../../commands/testing/event-store.ts';
import { createMemoryVault } from '../../commands/testing/vault.ts';
import { released } from '../../commands/upcasters/upcasting.ts';
import { ERASED } from '../../domain/envelope.ts';
import { isKnownType, SCHEMA_VERSIONS } from '../../domain/schema.ts';
import { right } from '../../domain/testing/outcome.ts';
import { opsView } from '../../projections/ops-view/index.ts';
import { poolView } from '../../projections/pool-view/index.ts';
import type { FeedEvent } from '../../projections/ports.ts';
import type { Projection } from '../../projections/projection.ts';
import { resourceLedger } from '../../projections/resource-ledger/index.ts';
import { sessionList } from '../../projections/session-list/index.ts';
import { sessionView } from '../../projections/session-view/index.ts';
import { transcriptView } from '../../projections/transcript-view/index.ts';
import { STORY } from './story.ts';

const PROJECTIONS = [
  sessionView,
  transcriptView,
  sessionList,
  poolView,
  resourceLedger,
  opsView,
] as Projection<unknown>[];
const VERSIONS = readdirSync(import.meta.dirname).filter((name) => /^v\d+$/.test(name));
const STREAMS = VERSIONS.flatMap((version) =>
  readdirSync(join(import.meta.dirname, version))
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => ({ version, name: file.replace('.jsonl', '') })),
);

const storedIn = (version: string, name: string): readonly StoredEvent[] =>
  readFileSync(join(import.meta.dirname, version, `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StoredEvent);

/** The log of that release on a server of this one. */
const serverWith = async (version: string, events: readonly StoredEvent[]) => {
  const store = createMemoryEventStore();
  for (const event of events) await right(store.append(event.stream, event.revision - 1, [event]));
  const keys: Record<string, string> = JSON.parse(
    readFileSync(join(import.meta.dirname, version, 'keys.json'), 'utf8'),
  );
  const vault: Vault = {
    ...createMemoryVault(),
    dataKey: (sessionId) => async () => {
      const key = keys[sessionId];
      return { _tag: 'Right', right: key === undefined ? undefined : Buffer.from(key, 'base64') };
    },
  };
  const deps = { store, vault, cipher: { encryptField, decryptField } };
  return { reader: createReader(deps), journal: createJournal({ ...deps, clock: systemClock }), store };
};

const opened = async (version: string, name: string) => {
  const stored = storedIn(version, name);
  const { reader, journal, store } = await serverWith(version, stored);
  const stop = new AbortController();
  const read: FeedEvent[] = [];
  for await (const { events, caughtUp } of createFeed(store, reader).subscribe({ signal: stop.signal })) {
    read.push(...events);
    if (caughtUp) break;
  }
  return { stored, read, journal, stream: stored[0]?.stream ?? '' };
};

const folded = (projection: Projection<unknown>, events: readonly FeedEvent[]): unknown =>
  events.reduce<unknown>(
    (doc, event) => (projection.keyOf(event) === undefined ? doc : projection.evolve(doc, event)),
    undefined,
  );

const foldOf = (stream: string) =>
  stream.startsWith('session-') ? sessionFold : stream === 'janitor' ? janitorFold : poolFold;

test('every type there is stands in the history of a release', () => {
  const recorded = new Set(
    STREAMS.flatMap(({ version, name }) => storedIn(version, name).map(({ type }) => type)),
  );
  expect([...recorded].toSorted()).toEqual(Object.keys(SCHEMA_VERSIONS).toSorted());
});

describe.each(STREAMS)('$name as $version wrote it', ({ version, name }) => {
  test('keeps its seals', () => {
    const stored = storedIn(version, name);
    expect(verifySeals(stored)).toEqual({ events: stored.length });
  });

  test('is read whole: known types, no cipher text, and no word lost but those that were to be forgotten', async () => {
    const { stored, read } = await opened(version, name);
    expect(read).toHaveLength(stored.length);
    expect(read.filter(({ type }) => !isKnownType(type))).toEqual([]);
    const text = JSON.stringify(read);
    expect(text).not.toContain('enc:v1:');
    expect(text.includes(ERASED)).toBe(STORY[name]?.session?.isForgotten === true);
    for (const event of stored.map(released.upcast))
      expect(event.metadata.schema).toBe(SCHEMA_VERSIONS[event.type as keyof typeof SCHEMA_VERSIONS]);
  });

  test('folds into the state decisions are taken on', async () => {
    const { journal, stream } = await opened(version, name);
    const { state, revision } = await right(journal.load<unknown>(stream, foldOf(stream) as never));
    await expect(pretty({ revision, state })).toMatchFileSnapshot(`./${version}/${name}.state.snap`);
  });

  test('folds into the views', async () => {
    const { read } = await opened(version, name);
    const views = Object.fromEntries(
      PROJECTIONS.map((projection) => [projection.name, folded(projection, read)]),
    );
    await expect(pretty(views)).toMatchFileSnapshot(`./${version}/${name}.views.snap`);
  });
});

const pretty = (value: unknown): string =>
  `${JSON.stringify(JSON.parse(canonicalJson(JSON.parse(JSON.stringify(value)) as Json)), null, 2)}\n`;
