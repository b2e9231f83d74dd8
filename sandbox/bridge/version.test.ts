import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type RunningBridge, startBridgeProcess, unixRequest } from './fixtures/harness.ts';

type Report = { readonly state: string; readonly sha?: string; readonly idleMs: number };

let bridge: RunningBridge;
let [first, second] = ['', ''];
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: bridge.appDir,
    encoding: 'utf8',
  }).trim();
const commit = (code: string): string => {
  writeFileSync(join(bridge.appDir, 'app.txt'), code);
  git('add', 'app.txt', 'package.json', '.gitignore');
  git('commit', '-qm', code);
  return git('rev-parse', 'HEAD');
};

beforeAll(async () => {
  bridge = await startBridgeProcess();
  git('init', '-q', '-b', 'main');
  writeFileSync(join(bridge.appDir, 'package.json'), '{}');
  writeFileSync(join(bridge.appDir, '.gitignore'), 'node_modules\n');
  [first, second] = [commit('one'), commit('two')];
});
afterAll(() => bridge.stop());

const open = (sha: string, env: Readonly<Record<string, string>> = {}) =>
  bridge.ask('POST', '/version', { sha, env });
const report = () => bridge.json<Report>('GET', '/version');
const ready = () => eventually(async () => (await report()).state === 'ready');
const asked = async (socket: string): Promise<{ readonly code: string; readonly database: string }> =>
  JSON.parse((await unixRequest(socket, 'GET', '/app')).body);
const directories = () =>
  readdirSync(tmpdir()).filter((name) => name === `mk0r-version-${bridge.process.pid}`);

describe('an older version beside the app', () => {
  it('is shown with its own code and what it is given, and the app goes on as it is', async () => {
    expect((await open(first, { DATABASE_URL: 'postgresql://scratch' })).status).toBe(200);
    await ready();
    expect(await report()).toMatchObject({ state: 'ready', sha: first });
    expect(await asked(bridge.versionSocketPath)).toEqual({ code: 'one', database: 'postgresql://scratch' });
    expect(await asked(bridge.previewSocketPath)).toEqual({ code: 'two', database: '' });
    expect(git('status', '--porcelain')).toBe('');
    expect(git('worktree', 'list').split('\n')).toHaveLength(1);
  });

  it('gives its place up to another one', async () => {
    await open(second);
    await ready();
    expect(await asked(bridge.versionSocketPath)).toEqual({ code: 'two', database: '' });
    expect(directories()).toHaveLength(1);
  });

  it('says how long nobody has asked it for anything', async () => {
    await eventually(async () => (await report()).idleMs > 30);
    const before = performance.now();
    await asked(bridge.versionSocketPath);
    const { idleMs } = await report();
    expect(idleMs).toBeLessThanOrEqual(performance.now() - before + 1);
  });

  it('leaves nothing behind when it is closed', async () => {
    await bridge.json('POST', '/version/close');
    expect((await report()).state).toBe('closed');
    expect(directories()).toEqual([]);
    await expect(asked(bridge.versionSocketPath)).rejects.toThrow();
  });

  it('closes by itself where nobody asks it for anything', async () => {
    const brief = await startBridgeProcess({ MK0R_VERSION_IDLE_MS: '500' });
    const inside = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: brief.appDir });
    writeFileSync(join(brief.appDir, 'package.json'), '{}');
    inside('init', '-q', '-b', 'main');
    inside('add', 'package.json');
    inside('commit', '-qm', 'one');
    const sha = inside('rev-parse', 'HEAD').toString().trim();
    await brief.json('POST', '/version', { sha, env: {} });
    await eventually(async () => (await brief.json<Report>('GET', '/version')).state === 'closed');
    await brief.stop();
  });

  it('is refused where there is no such commit, and for what is none', async () => {
    const missing = await open('f'.repeat(40));
    expect([missing.status, JSON.parse(missing.body).code]).toEqual([422, 'version_missing']);
    expect((await report()).state).toBe('closed');
    expect((await open('--output=/tmp/x')).status).toBe(400);
  });
});
