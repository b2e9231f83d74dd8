import { unzipSync } from 'fflate';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, test } from 'vitest';
import type { TreeEntry } from '../../adapters/repository/embedded/parse.ts';
import type { RepositoryReader } from '../../adapters/repository/embedded/read.ts';
import { exportedApp } from './export-app.ts';
import { zipped } from './zip.ts';

const SECRET = 'postgresql://role:pa55word-of-ours@host/db';
type File = Pick<TreeEntry, 'path' | 'kind'> & { readonly content: Buffer; readonly size?: number };

const file = (path: string, content: string | Buffer, kind: TreeEntry['kind'] = 'file'): File => ({
  path,
  kind,
  content: Buffer.from(content),
});

/** A repository of these files; a blob's name is its place among them. */
const readerOf = (files: readonly File[]): RepositoryReader =>
  ({
    files: () =>
      TE.right(
        files.map(({ path, kind, content, size = content.length }, index) => ({
          path,
          kind,
          size,
          oid: `${index}`,
        })),
      ),
    blob: (_name: string, oid: string) => {
      const found = files[Number(oid)];
      return found === undefined || found.path === 'broken.ts'
        ? TE.left({ code: 'git_failed', message: 'no', retryable: true })
        : TE.right(found.content);
    },
  }) as unknown as RepositoryReader;

const unzipped = async (files: readonly File[], secrets: Readonly<Record<string, string>> = {}) => {
  const chunks: Uint8Array[] = [];
  const app = {
    reader: readerOf(files),
    name: 'a',
    sha: 'a'.repeat(40),
    secrets,
    variables: ['DATABASE_URL', 'STRIPE_KEY'],
    databaseUrl: undefined,
  };
  for await (const chunk of zipped(exportedApp(app))) chunks.push(chunk);
  const entries = unzipSync(Buffer.concat(chunks));
  return {
    names: Object.keys(entries),
    text: (name: string) => Buffer.from(entries[name] ?? []).toString('utf8'),
    bytes: (name: string) => Buffer.from(entries[name] ?? []),
  };
};

test('the code is there byte for byte, with the names of the variables and none of their values', async () => {
  const image = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));
  const zip = await unzipped([file('src/ü 🌿.ts', 'export {};'), file('logo.png', image), file('empty', '')]);
  expect(zip.text('src/ü 🌿.ts')).toBe('export {};');
  expect(zip.bytes('logo.png')).toEqual(image);
  expect(zip.bytes('empty')).toHaveLength(0);
  expect(zip.text('.env.example')).toMatch(/^DATABASE_URL=\nSTRIPE_KEY=$/m);
  expect(zip.names).not.toContain('LEFT-OUT.txt');
});

test('no secret leaves with it: not in code, not encoded, not in an env file that was committed', async () => {
  const secrets = {
    DATABASE_URL: SECRET,
    'own:STRIPE_KEY:r1': 'sk_live_mine_1234',
    'save:s1': '{"content":"export"}',
  };
  const zip = await unzipped(
    [
      file('server/db.ts', `connect('${SECRET}'); // export`),
      file('b64.txt', Buffer.from(SECRET).toString('base64')),
      file('pay.ts', 'key = "sk_live_mine_1234"'),
      file('.env', `DATABASE_URL=${SECRET}`),
      file('packages/a/.env.local', 'X=sk_live_mine_1234'),
      file('.env.example', 'OLD='),
    ],
    secrets,
  );
  const everything = zip.names.map(zip.text).join('\n');
  for (const secret of [SECRET, Buffer.from(SECRET).toString('base64'), 'sk_live_mine_1234'])
    expect(everything).not.toContain(secret);
  expect(zip.text('server/db.ts')).toBe("connect('[DATABASE_URL]'); // export");
  expect(zip.text('pay.ts')).toBe('key = "[STRIPE_KEY]"');
  expect(zip.names).not.toContain('.env');
  expect(zip.text('.env.example')).not.toContain('OLD');
  expect(zip.text('LEFT-OUT.txt')).toContain('server/db.ts: held a secret, in whose place its name stands');
});

test('links, what is too large and what cannot be read are left out, and said to be', async () => {
  const zip = await unzipped([
    file('passwd', '/etc/passwd', 'link'),
    { ...file('huge.bin', 'x'), size: 300 * 1024 * 1024 },
    file('broken.ts', 'x'),
    file('run.sh', '#!/bin/sh', 'executable'),
  ]);
  expect(zip.names).toEqual(['run.sh', '.env.example', 'LEFT-OUT.txt']);
  expect(zip.text('LEFT-OUT.txt').trim().split('\n')).toEqual([
    'passwd: a link',
    'huge.bin: too many files, or too large',
    'broken.ts: git_failed',
  ]);
});
