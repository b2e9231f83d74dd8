import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { isLeft, isRight } from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DataDirLock, lockDataDir } from './data-dir-lock.ts';
import { listenOrExplain } from './listen.ts';
import { createShutdown } from './shutdown.ts';

const LOCKER = `
import { lockDataDir } from ${JSON.stringify(new URL('./data-dir-lock.ts', import.meta.url).href)};
const lock = lockDataDir(process.argv[1]);
process.stdout.write(lock._tag + '\\n');
setInterval(() => undefined, 1_000_000);
`;

let dir: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mk0r-lock-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

/** Another process that tries to take the directory, and stays. */
const other = async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', LOCKER, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [said] = await once(child.stdout, 'data');
  return { child, took: `${said}`.trim() === 'Right' };
};
const taken = (of = dir): DataDirLock => {
  const lock = lockDataDir(of);
  if (isRight(lock)) return lock.right;
  throw new Error(lock.left.message);
};

describe('a data directory', () => {
  test('is made where it is missing, for others to pass through but not to read', async () => {
    const deep = join(dir, 'deep', 'inside');
    taken(deep).release();
    expect((await stat(deep)).mode & 0o777).toBe(0o711);
  });

  test('in use by another server is refused, with its pid and what to do', async () => {
    const { child, took } = await other();
    expect(took).toBe(true);
    const lock = lockDataDir(dir);
    expect(lock).toMatchObject({ left: { tag: 'DataDirInUse' } });
    if (isLeft(lock)) {
      expect(lock.left.message).toContain(`${dir} is in use by the server with pid ${child.pid}`);
      expect(lock.left.message).toContain('MK0R_DATA_DIR');
    }
  });

  test('is one server’s also within one process', () => {
    const lock = taken();
    expect(isLeft(lockDataDir(dir))).toBe(true);
    lock.release();
    taken().release();
  });

  test('of a server that was killed is taken over', async () => {
    const { child } = await other();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = taken();
    expect(JSON.parse(await readFile(join(dir, 'server.json'), 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
  });

  test('goes to exactly one of many who come at once', async () => {
    const took = await Promise.all(Array.from({ length: 4 }, async () => (await other()).took));
    expect(took.filter(Boolean)).toHaveLength(1);
  });

  test('stays locked when the note about who holds it is lost', async () => {
    await other();
    await writeFile(join(dir, 'server.json'), '{"pid":');
    expect(lockDataDir(dir)).toMatchObject({
      left: { message: expect.stringContaining('in use by another server. Stop it, or') },
    });
  });

  test('that cannot be written is refused before anything is done', async () => {
    await writeFile(join(dir, 'file'), '');
    expect(lockDataDir(join(dir, 'file', 'inside'))).toMatchObject({
      left: {
        tag: 'DataDirUnusable',
        message: expect.stringMatching(/cannot be used \(ENOTDIR\).*MK0R_DATA_DIR/),
      },
    });
  });

  test('with a damaged lock says which file to delete', async () => {
    await writeFile(join(dir, 'server.lock'), 'not a database, and longer than a header'.repeat(100));
    expect(lockDataDir(dir)).toMatchObject({
      left: {
        tag: 'DataDirUnusable',
        message: expect.stringContaining(`${join(dir, 'server.lock')} is damaged`),
      },
    });
  });
});

describe('listening', () => {
  test('gives the address', async () => {
    const server = fastify();
    expect(await listenOrExplain(server, { host: '127.0.0.1', port: 0 })()).toMatchObject({
      right: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
    await server.close();
  });

  test('on a port in use says which variable to set', async () => {
    const first = createServer().listen(0, '127.0.0.1');
    await once(first, 'listening');
    const address = first.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const server = fastify();
    expect(await listenOrExplain(server, { host: '127.0.0.1', port })()).toEqual({
      _tag: 'Left',
      left: {
        tag: 'ListenError',
        message: `Port ${port} on 127.0.0.1 is already in use. Stop what uses it, or choose another: PORT=${port + 1}.`,
      },
    });
    await server.close();
    first.close();
  });

  test('on an address of another machine says so', async () => {
    const server = fastify();
    expect(await listenOrExplain(server, { host: '192.0.2.1', port: 0 })()).toMatchObject({
      left: { message: expect.stringContaining('HOST=127.0.0.1') },
    });
    await server.close();
  });
});

describe('a shutdown', () => {
  const log = { info: () => undefined, error: () => undefined };

  test('ends in the reverse order of the beginning, one after the other', async () => {
    const order: string[] = [];
    const shutdown = createShutdown(log);
    for (const name of ['store', 'workers', 'http']) {
      shutdown.defer(name, async () => {
        order.push(`${name} stops`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} stopped`);
      });
    }
    expect(await shutdown.run()).toEqual([]);
    expect(order).toEqual(
      ['http', 'workers', 'store'].flatMap((name) => [`${name} stops`, `${name} stopped`]),
    );
  });

  test('goes on past what fails or hangs, and names it', async () => {
    const undone: string[] = [];
    const shutdown = createShutdown(log, 50);
    shutdown.defer('store', () => undone.push('store'));
    shutdown.defer('hanging', () => new Promise(() => undefined));
    shutdown.defer('failing', () => {
      throw new Error('no');
    });
    expect(await shutdown.run()).toEqual(['failing', 'hanging']);
    expect(undone).toEqual(['store']);
  });

  test('runs once, however often it is asked for', async () => {
    let times = 0;
    const shutdown = createShutdown(log);
    shutdown.defer('http', () => {
      times += 1;
    });
    await Promise.all([shutdown.run(), shutdown.run()]);
    expect(times).toBe(1);
  });
});
