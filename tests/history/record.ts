import { mkdirSync, writeFileSync } from 'node:fs';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { decryptField, encryptField } from '../../adapters/vault/personal-fields.ts';
import { type Cause, createJournal, type Fold } from '../../commands/journal.ts';
import { createMemoryEventStore } from '../../commands/testing/event-store.ts';
import { createMemoryVault } from '../../commands/testing/vault.ts';
import { right, rightOf } from '../../domain/testing/outcome.ts';
import { STORY } from './story.ts';

/**
 * Writes the history of this release: `node tests/history/record.ts v2`. Done once, before it is released; what has been
 * released is never written again, since data directories hold it as it is. Names of chapters after it: only those.
 */
const [version = '', ...names] = process.argv.slice(2);
if (!/^v\d+$/.test(version)) throw new Error('usage: node tests/history/record.ts v<number>');
const dir = new URL(`./${version}/`, import.meta.url);
mkdirSync(dir, { recursive: true });

let now = Date.parse('2026-01-05T09:00:00.000Z');
const clock = {
  now: () => {
    now += 1_337;
    return new Date(now).toISOString();
  },
  after: () => () => undefined,
  random: () => 0.5,
  id: () => 'an-id',
};
const store = createMemoryEventStore();
const vault = createMemoryVault();
const journal = createJournal({ store, vault, cipher: { encryptField, decryptField }, clock });

const fold: Fold<null> = { initial: null, evolve: () => null };
const ACTORS = ['process-manager:boot', 'visitor:uid-ada', 'process-manager:turns', 'operator'] as const;

const append = (stream: string, fact: { readonly type: string; readonly data: unknown }, cause: Cause) =>
  pipe(
    journal.load(stream, fold),
    TE.mapLeft((error): { readonly tag: string } => error),
    TE.flatMap((loaded) => journal.prepare(stream, fold, loaded, [fact], cause)),
    TE.flatMap((prepared) => journal.append(stream, fold, prepared)),
  )();

const keys: Record<string, string> = {};
for (const [name, { stream, facts, session }] of Object.entries(STORY)) {
  if (names.length > 0 && !names.includes(name)) continue;
  if (session !== undefined) await right(vault.openSession(session.id));
  for (const [index, fact] of facts.entries()) {
    rightOf(
      await append(stream, fact, {
        key: `golden|${name}|${index}`,
        causationId: `cause-${name}-${index}`,
        correlationId: `correlation-${name}`,
        actor: ACTORS[index % ACTORS.length] ?? 'operator',
      }),
    );
  }
  const lines = rightOf(await store.readStream(stream)()).map((event) => `${JSON.stringify(event)}\n`);
  writeFileSync(new URL(`${name}.jsonl`, dir), lines.join(''));
  if (session === undefined || session.isForgotten) continue;
  const key = await right(vault.dataKey(session.id));
  if (key !== undefined) keys[session.id] = Buffer.from(key).toString('base64');
}
writeFileSync(new URL('keys.json', dir), `${JSON.stringify(keys, null, 2)}\n`);
