import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as Either from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { temporaryDirectories } from '../sqlite-file/testing.ts';
import { loadMasterKey } from './master-key.ts';

const temporaryDirectory = temporaryDirectories();

test('a key in the environment is used, and no file is made', async () => {
  const dataDir = await temporaryDirectory();
  const key = randomBytes(32);
  expect(loadMasterKey({ env: key.toString('base64'), dataDir })).toEqual(Either.right(new Uint8Array(key)));
  expect(await readdir(dataDir)).toEqual([]);
});

test.each([
  ['too short', randomBytes(31).toString('base64')],
  ['too long', randomBytes(33).toString('base64')],
  ['hexadecimal', randomBytes(32).toString('hex')],
  ['a sentence', 'correct horse battery staple, and some more of it.'],
])(
  'a key in the environment that is %s is refused, naming the variable and not the value',
  async (_, env) => {
    const refused = loadMasterKey({ env, dataDir: await temporaryDirectory() });
    expect(refused).toMatchObject({ left: { message: expect.stringContaining('MK0R_MASTER_KEY') } });
    expect(JSON.stringify(refused)).not.toContain(env);
  },
);

test.each([undefined, ''])('without one (%j) a key file is made once, for its owner only', async (env) => {
  const dataDir = join(await temporaryDirectory(), 'data');
  const first = loadMasterKey({ env, dataDir });
  expect(first).toMatchObject({ right: { length: 32 } });
  expect(loadMasterKey({ env, dataDir })).toEqual(first);
  expect((await stat(join(dataDir, 'master.key'))).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(['master.key']);
});

test('a key file that holds no key is refused by name, and kept', async () => {
  const dataDir = await temporaryDirectory();
  const file = join(dataDir, 'master.key');
  await writeFile(file, 'half a ke');
  expect(loadMasterKey({ env: undefined, dataDir })).toMatchObject({
    left: { message: expect.stringContaining(file) },
  });
  expect(await readFile(file, 'utf8')).toBe('half a ke');
});
