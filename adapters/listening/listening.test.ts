import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { CHOSEN_FROM, freePort } from './free-port.ts';
import { holdPort } from './held-port.ts';
import { rememberedPort } from './remembered-port.ts';

const listenOn = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
    onTestFinished(() => void server.close());
  });

describe('a free port', () => {
  it('is one a server can listen on, where no outgoing connection can take it first', async () => {
    for (let i = 0; i < 20; i += 1) {
      const port = await freePort();
      expect(port).toBeGreaterThanOrEqual(CHOSEN_FROM.first);
      expect(port).toBeLessThanOrEqual(CHOSEN_FROM.last);
      await listenOn(port);
    }
  });

  it('is held until its server is up: nothing else of this process is given it', async () => {
    const port = await freePort('127.0.0.1', 'the web server');
    expect(await holdPort(port, 'the database')).toBe(false);
    expect(await holdPort(port, 'the web server')).toBe(true);
  });

  it('is held against another server of this machine, until that one is gone', async () => {
    const other = spawn(process.execPath, [join(import.meta.dirname, 'holder.fixture.ts')]);
    onTestFinished(() => void other.kill());
    const [line] = (await once(other.stdout.setEncoding('utf8'), 'data')) as [string];
    const port = Number(line);
    expect(await holdPort(port, 'the database')).toBe(false);

    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(await holdPort(port, 'the database')).toBe(true);
  });

  it('says so when the address is not one of this machine', async () => {
    await expect(freePort('203.0.113.7')).rejects.toThrow('EADDRNOTAVAIL');
  });
});

describe('the port of a service', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'mk0r-port-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('is the one that was asked for', async () => {
    expect(await rememberedPort(dir, 4711)).toBe(4711);
  });

  it('is the same again at the next start', async () => {
    const first = await rememberedPort(dir, 0);
    expect(await rememberedPort(dir, 0)).toBe(first);
  });

  it('is another, from then on, where somebody else listens there now', async () => {
    const first = await rememberedPort(dir, 0);
    await listenOn(first);
    const second = await rememberedPort(dir, 0);
    expect(second).not.toBe(first);
    expect(await readFile(join(dir, 'port'), 'utf8')).toBe(`${second}`);
  });

  it('is another where it is what the server itself is to listen on', async () => {
    const first = await freePort('127.0.0.1', 'the web server');
    await writeFile(join(dir, 'port'), `${first}`);
    expect(await rememberedPort(dir, 0)).not.toBe(first);
  });

  it('is chosen anew where what was kept is no port', async () => {
    await writeFile(join(dir, 'port'), 'nonsense');
    expect(await rememberedPort(dir, 0)).toBeGreaterThan(0);
  });
});
