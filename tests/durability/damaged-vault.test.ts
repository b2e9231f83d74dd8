import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as Either from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqliteVault } from '../../adapters/vault/sqlite.ts';
import type { Vault } from '../../commands/ports/vault.ts';
import { right, rightOf } from '../../domain/testing/outcome.ts';
import { SEED } from '../../domain/testing/reach.ts';
import { cut, damageEach, flipped, LONG, placesOf, report, seeded, type Verdict } from './damage.ts';
import { mapOf, mapOfLog } from './sqlite-map.ts';

const LIMIT_MS = LONG ? 3_600_000 : 120_000;
const MASTER_KEY = Buffer.alloc(32, 'vault');
const FILES = ['vault.db', 'vault.db-wal', 'vault.db-acknowledged'];
const SHREDDED = 'session3';

type Held = { readonly key: string | undefined; readonly values: Readonly<Record<string, string>> };

let dir: string;
let files: ReadonlyMap<string, Buffer>;
const held = new Map<string, Held>();

const heldBy = async (vault: Vault, session: string) => {
  const [key, values] = [await vault.dataKey(session)(), await vault.all(session)()];
  if (Either.isLeft(key)) return key;
  if (Either.isLeft(values)) return values;
  return Either.right({ key: key.right && Buffer.from(key.right).toString('hex'), values: values.right });
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mk0r-durability-'));
  const file = join(dir, 'vault.db');
  const fill = async (sessions: readonly number[]) => {
    const vault = rightOf(openSqliteVault({ file, masterKey: MASTER_KEY }));
    for (const session of sessions.map((number) => `session${number}`)) {
      await right(vault.openSession(session));
      await right(vault.put(session, { DATABASE_URL: `postgres://${session}`, RESEND_API_KEY: 're_1' }));
      held.set(session, rightOf(await heldBy(vault, session)));
    }
    return vault;
  };
  (await fill([1, 2, 3, 4, 5, 6, 7, 8])).close();
  const vault = await fill([9, 10]);
  // What was shredded must not come back, so nothing of the write-ahead log is left by then.
  await right(vault.shred(SHREDDED));
  held.set(SHREDDED, { key: undefined, values: {} });
  await right(vault.put('session9', { DATABASE_URL: 'postgres://another' }));
  held.set('session9', rightOf(await heldBy(vault, 'session9')));
  files = new Map(FILES.map((name) => [name, readFileSync(join(dir, name))]));
  vault.close();
}, LIMIT_MS);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const readBack = async (vault: Vault): Promise<Verdict> => {
  let refusal: string | undefined;
  for (const [session, expected] of held) {
    const found = await heldBy(vault, session);
    if (Either.isLeft(found)) refusal = found.left.message;
    else if (!isDeepStrictEqual(found.right, expected))
      return { outcome: 'WRONG', message: `${session} holds ${Object.keys(found.right.values)}` };
  }
  return refusal === undefined
    ? { outcome: 'whole', more: 0 }
    : { outcome: 'read refused', message: refusal };
};

const judge = async (where: string): Promise<Verdict> => {
  const opened = openSqliteVault({ file: join(where, 'vault.db'), masterKey: MASTER_KEY });
  if (Either.isLeft(opened)) return { outcome: 'refused', message: opened.left.message };
  try {
    return await readBack(opened.right);
  } finally {
    opened.right.close();
  }
};

describe(`a vault in which one byte is damaged (seed ${SEED})`, () => {
  test.each([
    ['bits flipped in', 'vault.db'],
    ['cut off', 'vault.db'],
    ['bits flipped in', 'vault.db-wal'],
    ['cut off', 'vault.db-wal'],
  ])(
    'neither gives another secret, nor loses a key, nor brings one back: %s %s',
    async (how, file) => {
      const chance = seeded(SEED);
      const bytes = files.get(file) ?? Buffer.alloc(0);
      const map = file.endsWith('-wal')
        ? mapOfLog(bytes)
        : mapOf(join(dir, file), bytes, (table) => `row of ${table}`);
      const tally = await damageEach({
        ...{ files, file, map, judge },
        places: placesOf(map, 20, chance),
        damage: (whole, at) => (how === 'cut off' ? cut(whole, at) : flipped(whole, at, chance)),
      });
      report(`${how} ${file}`, tally);
      expect(tally.complaints).toEqual([]);
      expect(tally.outcomes.refused).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});
