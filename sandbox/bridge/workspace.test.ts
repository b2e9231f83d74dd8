import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecOutcome } from './exec.ts';
import {
  eventually,
  type RunningBridge,
  startBridgeProcess,
  TOKEN,
  unixRequest,
} from './fixtures/harness.ts';

let bridge: RunningBridge;
beforeAll(async () => {
  bridge = await startBridgeProcess();
});
afterAll(() => bridge.stop());

const exec = (cmd: string[], more: object = {}) =>
  bridge.json<ExecOutcome>('POST', '/exec', { cmd, timeoutMs: 10_000, ...more });

const isAlive = async (pid: string): Promise<boolean> =>
  (await exec(['sh', '-c', `kill -0 ${Number(pid)} 2>/dev/null`])).exitCode === 0;

describe('the token', () => {
  it.each([undefined, 'wrong', `${TOKEN}x`])('is demanded on every route (%s)', async (token) => {
    for (const [method, path] of [
      ['GET', '/health'],
      ['POST', '/exec'],
      ['GET', '/no-such-route'],
    ] as const) {
      const answer = await unixRequest(bridge.socketPath, method, path, undefined, token);
      expect(answer.status).toBe(401);
    }
  });
});

describe('a bad request', () => {
  it('says what is wrong with it', async () => {
    const malformed = await bridge.ask('POST', '/exec', Buffer.from('{"cmd":'));
    expect(malformed).toMatchObject({ status: 400 });
    expect(JSON.parse(malformed.body).code).toBe('malformed_json');
    const invalid = await bridge.ask('POST', '/exec', { cmd: ['true'], timeoutMs: -1 });
    expect(JSON.parse(invalid.body)).toMatchObject({ code: 'invalid_request' });
    expect(JSON.parse(invalid.body).message).toContain('timeoutMs');
    const tooLarge = await bridge.ask('PUT', '/files?path=/app/big', Buffer.alloc(6 * 1024 * 1024));
    expect(tooLarge.status).toBe(413);
  });
});

describe('a command', () => {
  it('runs in the app with its own environment and input', async () => {
    const script = 'pwd; echo "$GREETING"; cat; echo problem >&2; exit 3';
    const outcome = await exec(['sh', '-c', script], { env: { GREETING: 'hello' }, stdin: 'from stdin' });
    expect(outcome).toEqual({
      exitCode: 3,
      stdout: `${bridge.appDir}\nhello\nfrom stdin`,
      stderr: 'problem\n',
    });
  });

  it('does not inherit the token', async () => {
    expect((await exec(['env'])).stdout).not.toContain(TOKEN);
  });

  it('is killed with its grandchildren when its time is up', async () => {
    const script = '(sleep 300 & echo $!; sleep 300) & wait';
    const outcome = await exec(['sh', '-c', script], { timeoutMs: 4_000 });
    expect(outcome.exitCode).toBe(124);
    expect(outcome.stderr).toContain('killed after 4000 ms');
    await eventually(async () => !(await isAlive(outcome.stdout)));
  });

  it('leaves nothing running behind it', async () => {
    const outcome = await exec(['sh', '-c', 'sleep 300 & echo $!']);
    expect(outcome.exitCode).toBe(0);
    await eventually(async () => !(await isAlive(outcome.stdout)));
  });

  it('says how a signal ended it, and that a program does not exist', async () => {
    expect((await exec(['sh', '-c', 'kill -TERM $$'])).exitCode).toBe(143);
    expect(await exec(['no-such-program'])).toMatchObject({ exitCode: 127 });
  });

  it('has its output cut at a mebibyte, and still ends', async () => {
    const outcome = await exec(['sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x']);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toHaveLength(1024 * 1024 + '\n[output cut at 1 MiB]\n'.length);
  });
});

describe('files', () => {
  const put = (path: string, content: string, mode = '') =>
    bridge.ask('PUT', `/files?path=${encodeURIComponent(path)}${mode}`, Buffer.from(content));
  const get = (path: string) => bridge.ask('GET', `/files?path=${encodeURIComponent(path)}`);

  it('are written with their mode and read back', async () => {
    expect((await put('/app/new/dir/.env', 'A=1\n', '&mode=600')).status).toBe(200);
    expect(await get('/app/new/dir/.env')).toEqual({ status: 200, body: 'A=1\n' });
    expect((await stat(join(bridge.appDir, 'new/dir/.env'))).mode & 0o777).toBe(0o600);
    await put('/app/new/dir/.env', 'A=2\n');
    expect((await stat(join(bridge.appDir, 'new/dir/.env'))).mode & 0o777).toBe(0o600);
    expect((await put('/run/mk0r/note', 'x')).status).toBe(200);
    expect(await readFile(join(bridge.runDir, 'note'), 'utf8')).toBe('x');
  });

  it('that do not exist are a 404', async () => {
    expect((await get('/app/nothing')).status).toBe(404);
  });

  it.each(['/etc/passwd', '/app/../../etc/passwd', '/app/%2e%2e/x/../../..', '/'])(
    'outside are refused (%s)',
    async (path) => {
      expect((await get(path)).status).toBeGreaterThanOrEqual(400);
      expect((await put(path, 'x')).status).toBeGreaterThanOrEqual(400);
    },
  );

  it('cannot be read or written through a link that leads out', async () => {
    const outside = join(bridge.appDir, '../outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret'), 'secret');
    await symlink(outside, join(bridge.appDir, 'door'));
    await symlink(join(outside, 'secret'), join(bridge.appDir, 'peephole'));
    expect((await get('/app/door/secret')).status).toBe(403);
    expect((await get('/app/peephole')).status).toBe(403);
    expect((await put('/app/door/planted', 'x')).status).toBe(403);
    expect((await put('/app/door/deep/planted', 'x')).status).toBe(403);
    expect((await put('/app/peephole', 'mine')).status).toBe(200);
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
    expect(await readFile(join(bridge.appDir, 'peephole'), 'utf8')).toBe('mine');
  });

  it('that are no files are refused without waiting', async () => {
    await exec(['mkfifo', 'pipe']);
    expect((await get('/app/pipe')).status).toBe(400);
    expect((await get('/app')).status).toBe(400);
    expect((await put('/app/new', 'x')).status).toBe(400);
  });
});
