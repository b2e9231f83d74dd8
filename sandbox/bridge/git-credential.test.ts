import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningBridge, startBridgeProcess } from './fixtures/harness.ts';

const HELPER = fileURLToPath(new URL('../git-credential-mk0r', import.meta.url));
const URL_OF_REPOSITORY = 'http://127.0.0.1:3900/mk0r/mk0r-abc.git';

let bridge: RunningBridge;
beforeAll(async () => {
  bridge = await startBridgeProcess();
});
afterAll(() => bridge.stop());

const store = (more: object = {}) =>
  bridge.ask('PUT', '/git-credential', {
    username: 'x-access-token',
    password: 'p=ss/w0rd==',
    url: URL_OF_REPOSITORY,
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    ...more,
  });

/** What Git itself gets from the helper for a URL. */
const fill = async (url: string): Promise<string> => {
  const git = promisify(execFile)(
    'git',
    ['-c', `credential.helper=${HELPER}`, '-c', 'credential.useHttpPath=true', 'credential', 'fill'],
    {
      env: {
        PATH: process.env.PATH,
        MK0R_RUN_DIR: bridge.runDir,
        GIT_TERMINAL_PROMPT: '0',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
      },
    },
  );
  git.child.stdin?.end(`url=${url}\n\n`);
  return git.then(
    ({ stdout }) => stdout,
    () => 'nothing',
  );
};

describe('the Git credential', () => {
  it('is given for its own repository and no other', async () => {
    expect((await store()).status).toBe(200);
    expect(await fill(URL_OF_REPOSITORY)).toContain('username=x-access-token\npassword=p=ss/w0rd==\n');
    expect(await fill('http://127.0.0.1:3900/mk0r/mk0r-abc')).toContain('password=');
    expect(await fill('http://127.0.0.1:3900/mk0r/mk0r-other.git')).toBe('nothing');
    expect(await fill('http://127.0.0.1:3901/mk0r/mk0r-abc.git')).toBe('nothing');
    expect(await fill('https://127.0.0.1:3900/mk0r/mk0r-abc.git')).toBe('nothing');
  });

  it('is for the owner alone to read', async () => {
    await store();
    expect((await stat(join(bridge.runDir, 'git-credential'))).mode & 0o777).toBe(0o600);
  });

  it('is not given once it has expired', async () => {
    await store({ expiresAt: '2020-01-01T00:00:00Z' });
    expect(await fill(URL_OF_REPOSITORY)).toBe('nothing');
  });

  it('cannot smuggle in another line', async () => {
    const answer = await store({ username: 'x\nhost=evil.example' });
    expect(answer.status).toBe(400);
  });
});
