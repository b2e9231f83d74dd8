import { PassThrough } from 'node:stream';
import * as E from 'fp-ts/lib/Either.js';
import { dumpDatabase } from '../../adapters/database/dump.ts';
import type { RepositoryReader } from '../../adapters/repository/embedded/read.ts';
import { createRedactor } from '../../commands/redact.ts';
import type { ZipEntry } from './zip.ts';

const MAX_FILES = 5_000;
const MAX_BYTES = 200 * 1024 * 1024;

export type AppExport = {
  readonly reader: RepositoryReader;
  /** What its reader knows the repository by. */
  readonly name: string;
  readonly sha: string;
  /** Every secret of the session: none of them leaves in a file. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly variables: readonly string[];
  readonly databaseUrl: string | undefined;
};

const bytes = (text: string): readonly Uint8Array[] => [Buffer.from(text)];

/**
 * The app to take along: its code at a commit, `.env.example` with the names of its variables, its database as SQL. Where
 * code holds one of the session's secrets, its name stands there instead. What is left out is said in a file of its own.
 */
export async function* exportedApp(app: AppExport): AsyncGenerator<ZipEntry> {
  const leftOut: string[] = [];
  yield* codeOf(app, leftOut);
  // A quick page reads none.
  if (app.variables.length > 0) yield { path: '.env.example', content: bytes(envExample(app.variables)) };
  if (app.databaseUrl !== undefined)
    yield { path: 'database.sql', content: dumped(app.databaseUrl, leftOut) };
  if (leftOut.length > 0) yield { path: 'LEFT-OUT.txt', content: bytes(`${leftOut.join('\n')}\n`) };
}

async function* codeOf(
  { reader, name, sha, secrets }: AppExport,
  leftOut: string[],
): AsyncGenerator<ZipEntry> {
  const files = await reader.files(name, sha)();
  if (E.isLeft(files)) throw new Error(files.left.message);
  const redactor = createRedactor(asLatin1(secrets));
  let room = MAX_BYTES;
  for (const [index, { path, kind, size, oid }] of files.right.entries()) {
    if (OURS.has(path)) continue;
    if (isEnvFile(path)) leftOut.push(`${path}: variables; see .env.example`);
    else if (kind === 'link') leftOut.push(`${path}: a link`);
    else if (index >= MAX_FILES || size > room) leftOut.push(`${path}: too many files, or too large`);
    else {
      room -= size;
      const blob = await reader.blob(name, oid)();
      if (E.isLeft(blob)) leftOut.push(`${path}: ${blob.left.code}`);
      else {
        const content = withoutSecrets(blob.right, redactor.whole);
        if (content !== blob.right) leftOut.push(`${path}: held a secret, in whose place its name stands`);
        yield { path, executable: kind === 'executable', content: [content] };
      }
    }
  }
}

/** Made here, whatever the app calls so itself. */
const OURS: ReadonlySet<string> = new Set(['.env.example', 'database.sql', 'LEFT-OUT.txt']);

const isEnvFile = (path: string): boolean => {
  const name = path.split('/').at(-1) ?? '';
  return /^\.env(\.|$)/.test(name) && name !== '.env.example';
};

/** Each byte a character, so that what is no text stays as it is. */
const asLatin1 = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
  );

/** Byte for byte where it holds none. */
const withoutSecrets = (content: Buffer, redacted: (text: string) => string): Buffer => {
  const text = content.toString('latin1');
  const clean = redacted(text);
  return clean === text ? content : Buffer.from(clean, 'latin1');
};

const envExample = (names: readonly string[]): string =>
  [
    '# The variables the app reads. Copy this file to .env and put your own values in.',
    ...names.map((name) => `${name}=`),
    '',
  ].join('\n');

/** A database that cannot be read does not keep anybody from their code. */
async function* dumped(databaseUrl: string, leftOut: string[]): AsyncGenerator<Uint8Array> {
  const told = new PassThrough();
  const dumping = dumpDatabase(databaseUrl, async (text) => {
    if (!told.write(text) && !told.destroyed) await new Promise((resolve) => told.once('drain', resolve));
  }).then(
    () => told.end(),
    () => {
      leftOut.push('database.sql: not complete, the database could not be read');
      told.end('\n-- NOT COMPLETE: the database could not be read.\n');
    },
  );
  yield* told;
  await dumping;
}
