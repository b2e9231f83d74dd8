import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreatedSession } from '../../api/application/command.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { processesOf } from '../support/processes.ts';
import { runServer } from '../support/run-server.ts';
import { pathWithout } from '../support/search-path.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { mountTmpfs } from '../support/tmpfs.ts';

const START_LIMIT_MS = 180_000;
const MASTER_KEY = Buffer.alloc(32, 1).toString('base64');

let server: TestServer;
let visitor: HttpVisitor;
let session: CreatedSession;
let elsewhere: string;
/** A data directory with a session in it, and no server on it. */
beforeAll(async () => {
  elsewhere = mkdtempSync(join(tmpdir(), 'mk0r-refused-'));
  chmodSync(elsewhere, 0o711);
  server = await startServer({ VM_POOL_TARGET_SIZE: '0', MK0R_MASTER_KEY: MASTER_KEY });
  visitor = await newHttpVisitor(() => server.url);
  session = await visitor.startSession();
  await until(
    () => visitor.view(session.sessionId),
    ({ phase }) => phase === 'ready',
  );
  await server.end('SIGTERM');
}, START_LIMIT_MS);
afterAll(async () => {
  await server?.close();
  rmSync(elsewhere, { recursive: true, force: true });
});

const logDir = (): string => join(server.dataDir, 'log');
const digests = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(logDir()).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(logDir(), name)))
        .digest('hex'),
    ]),
  );

const refused = async (env: Readonly<Record<string, string>>): Promise<string> => {
  const { code, output } = await runServer({
    MK0R_DATA_DIR: server.dataDir,
    MK0R_MASTER_KEY: MASTER_KEY,
    ...env,
  });
  expect(code).toBe(1);
  expect(output).toContain('mk0r cannot start.');
  expect(output).not.toMatch(/\n\s+at /);
  expect(processesOf(server.dataDir)).toEqual([]);
  return output;
};

describe('a damaged log', () => {
  const intact = (): Buffer => readFileSync(join(logDir(), 'events.db'));

  test.each([
    { how: 'cut in half', damage: (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2)) },
    { how: 'cut to nothing', damage: (bytes: Buffer) => bytes.subarray(0, 0) },
    {
      how: 'with a page overwritten',
      damage: (bytes: Buffer) =>
        Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(4096, 0xff), bytes.subarray(8192)]),
    },
    {
      how: 'with another header',
      damage: (bytes: Buffer) => Buffer.concat([Buffer.from('not a database!'), bytes.subarray(15)]),
    },
  ])('($how) is named, and nothing of it is changed or deleted', async ({ damage }) => {
    const file = join(logDir(), 'events.db');
    const before = intact();
    writeFileSync(file, damage(before));
    const damaged = digests();
    try {
      const output = await refused({});
      expect(output).toContain(file);
      expect(digests()).toMatchObject(damaged);
    } finally {
      writeFileSync(file, before);
    }
  });
});

test('another master key than the vault was made with is refused, and the vault is left as it is', async () => {
  const { 'events.db': log, 'vault.db': vault } = digests();
  const output = await refused({ MK0R_MASTER_KEY: Buffer.alloc(32, 2).toString('base64') });
  expect(output).toContain('MK0R_MASTER_KEY');
  expect(digests()).toMatchObject({ 'events.db': log, 'vault.db': vault });
});

test('every setting that is wrong is named, and its value not repeated where it is a secret', async () => {
  const output = await refused({
    PORT: '70000',
    VM_POOL_TARGET_SIZE: 'many',
    MK0R_MASTER_KEY: 'a-secret-of-mine',
    PUBLIC_URL: 'example.com/path',
  });
  for (const name of ['PORT', 'VM_POOL_TARGET_SIZE', 'MK0R_MASTER_KEY', 'PUBLIC_URL'])
    expect(output).toContain(`${name} must be`);
  expect(output).not.toContain('a-secret-of-mine');
});

test('an isolation this machine does not know is refused with those it may be', async () => {
  expect(await refused({ MK0R_ISOLATION: 'vm' })).toMatch(/MK0R_ISOLATION.*bwrap/);
});

test('a machine without git is told to install it', async () => {
  const bin = join(elsewhere, 'without-git');
  mkdirSync(bin);
  const output = await refused({ PATH: pathWithout('git', bin) });
  expect(output).toMatch(/no git on this machine.*install/i);
});

test('a data directory whose parent is a file is named with what to set', async () => {
  const file = join(elsewhere, 'file');
  writeFileSync(file, '');
  const output = await refused({ MK0R_DATA_DIR: join(file, 'data') });
  expect(output).toContain(join(file, 'data'));
  expect(output).toContain('MK0R_DATA_DIR');
});

test('a data directory that cannot be written is named with what to set', async (context) => {
  const dir = join(elsewhere, 'read-only');
  mkdirSync(dir);
  // Modes do not keep root from writing; a mount does.
  const unmount = process.getuid?.() === 0 ? await mountTmpfs(dir, 'ro') : undefined;
  if (process.getuid?.() === 0 && unmount === undefined) context.skip('root here may not mount');
  try {
    if (unmount === undefined) chmodSync(dir, 0o555);
    const output = await refused({ MK0R_DATA_DIR: dir });
    expect(output).toContain(dir);
    expect(output).toContain('MK0R_DATA_DIR');
  } finally {
    await unmount?.();
  }
});

test(
  'after all of it the server starts, and the session is as it was',
  async () => {
    await server.start();
    expect(await visitor.view(session.sessionId)).toMatchObject({ phase: 'ready', missing: [] });
    const { body } = await visitor.request('GET', `/api/sessions/${session.sessionId}/events/verify`);
    expect(body).toEqual({ events: expect.any(Number) });
  },
  START_LIMIT_MS,
);
