import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { env } from '../../server/env.ts';
import { migrate } from '../../server/migrate.ts';
import * as schema from '../../server/schema.ts';
import { readColumns } from './columns.mjs';
import { repeatable } from './repeatable.mjs';

const { generateDrizzleJson, generateMigration } = createRequire(import.meta.url)('drizzle-kit/api');

const META = 'drizzle/meta';
const JOURNAL = `${META}/_journal.json`;
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const numbered = (index) => String(index).padStart(4, '0');

/**
 * Writes what changed in server/schema.ts since the last migration as one more, under `name`, and applies all that the
 * database has not recorded. Tells `say` what it did, a line at a time.
 */
export async function changeTables(name, say) {
  const { DATABASE_URL: url } = env();
  const written = await writeMigration(name, url);
  say(written ? `Wrote ${written}` : 'No schema changes.');
  if (!url) return say('DATABASE_URL is not set: nothing was applied.');
  const applied = await migrate(url);
  say(
    applied === 0
      ? 'The database is up to date.'
      : `Applied ${applied} migration${applied === 1 ? '' : 's'}.`,
  );
}

/** The path of the migration it wrote; `undefined` where nothing has changed. */
async function writeMigration(name, url) {
  const journal = existsSync(JOURNAL) ? read(JOURNAL) : { version: '7', dialect: 'postgresql', entries: [] };
  const last = journal.entries.at(-1);
  const empty = generateDrizzleJson({});
  const before = last ? read(`${META}/${numbered(last.idx)}_snapshot.json`) : empty;
  const after = generateDrizzleJson(schema, before.id);
  const changes = await generateMigration(before, after);
  if (changes.length === 0) return undefined;

  const index = (last?.idx ?? -1) + 1;
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 40);
  const tag = `${numbered(index)}_${slug}`;
  const there = url ? await readColumns(url) : new Map();
  const fromNothing = await generateMigration(empty, after);
  const statements = repeatable({ changes, fromNothing, before, after, there });
  mkdirSync(META, { recursive: true });
  writeFileSync(`drizzle/${tag}.sql`, `${statements.join('\n--> statement-breakpoint\n')}\n`);
  writeFileSync(`${META}/${numbered(index)}_snapshot.json`, json(after));
  // Two in one millisecond would share their place in Drizzle's record.
  const when = Math.max(Date.now(), (last?.when ?? 0) + 1);
  journal.entries.push({ idx: index, version: '7', when, tag, breakpoints: true });
  // Last and whole: a dev server that looks meanwhile sees the migration with all its files, or not yet.
  writeFileSync(`${JOURNAL}.tmp`, json(journal));
  renameSync(`${JOURNAL}.tmp`, JOURNAL);
  return `drizzle/${tag}.sql`;
}
