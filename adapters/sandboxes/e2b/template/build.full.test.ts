import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../listening/free-port.ts';
import { hasBwrap } from '../../local/fixtures/machine.ts';
import { removeTree } from '../../local/remove.ts';
import { runtimePackages } from '../../local/template/bake-runtime.ts';
import { diagnoseE2b } from '../diagnose.ts';
import { type E2bAccount, openE2bAccount } from '../fixtures/e2b-host.ts';
import { buildTemplate } from './build.ts';
import { hasTemplate, templateNamed } from './tags.ts';

const SOURCES = join(import.meta.dirname, '../../../../sandbox');

describe.runIf(hasBwrap)('The template at E2B', () => {
  let account: E2bAccount;
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  const unpacked: string[] = [];

  beforeAll(async () => {
    account = await openE2bAccount();
  });
  afterEach(async () => {
    for (const dir of unpacked.splice(0)) await removeTree(dir);
  });
  afterAll(() => account.close());

  const template = templateNamed('mk0r-app', SOURCES);
  const build = (again = false) =>
    buildTemplate({ settings: account.settings, template, sourceDir: SOURCES, log, again });

  /** What `COPY` of that directory would take, unpacked as E2B unpacks it. */
  const uploaded = (name: string): string => {
    const hash = account.standIn.templates.lastBuild()?.steps.find(({ args }) => args[0] === name)?.filesHash;
    const dir = mkdtempSync(join(tmpdir(), 'mk0r-uploaded-'));
    unpacked.push(dir);
    writeFileSync(join(dir, 'files.tar.gz'), account.standIn.templates.uploads.get(hash ?? '') ?? '');
    execFileSync('tar', ['-xzf', 'files.tar.gz'], { cwd: dir });
    return join(dir, name);
  };

  it('is built once, under a tag that says what it is made of', async () => {
    expect(await hasTemplate(account.settings, template)).toBe(false);
    expect(await build()).toBe('built');
    expect(await hasTemplate(account.settings, template)).toBe(true);
    expect(account.standIn.templates.ready()).toContain(template);
    expect(lines).toContain('Taking a snapshot');
    const uploads = account.standIn.templates.uploads.size;
    expect(await build()).toBe('there');
    expect(await build(true)).toBe('built');
    expect(account.standIn.templates.uploads.size).toBe(uploads);
  });

  it('is what a look at the account tells, with what runs there', async () => {
    const diagnose = (settings: typeof account.settings, name: string) =>
      diagnoseE2b(settings, name)(AbortSignal.timeout(10_000))();
    expect(await diagnose(account.settings, template)).toMatchObject({
      right: { identity: `isolation e2b, template ${template}`, warnings: [] },
    });
    expect(await diagnose(account.settings, 'mk0r-app:none')).toMatchObject({
      right: { warnings: [expect.stringContaining('npm run sandbox:build')] },
    });
    expect(await diagnose({ ...account.settings, apiKey: 'e2b_wrong' }, template)).toMatchObject({
      left: { code: 'e2b_key_refused' },
    });
  });

  it('is another one when a file of the sandbox changes', async () => {
    const changed = mkdtempSync(join(tmpdir(), 'mk0r-sources-'));
    unpacked.push(changed);
    cpSync(SOURCES, join(changed, 'sandbox'), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
    for (const name of runtimePackages)
      cpSync(join(SOURCES, '../node_modules', name), join(changed, 'node_modules', name), {
        recursive: true,
      });
    expect(templateNamed('mk0r-app', join(changed, 'sandbox'))).toBe(template);
    writeFileSync(join(changed, 'sandbox/bridge/main.ts'), '// another bridge');
    expect(templateNamed('mk0r-app', join(changed, 'sandbox'))).not.toBe(template);
    expect(templateNamed('mk0r-app:pinned', SOURCES)).toBe('mk0r-app:pinned');
  });

  it('holds the app of the local template, and installs exactly its lockfile', async () => {
    const app = uploaded('app');
    for (const file of ['package-lock.json', 'vite.config.ts', 'CLAUDE.md', '.gitignore'])
      expect(readFileSync(join(app, file), 'utf8')).toBe(
        readFileSync(join(SOURCES, 'template', file), 'utf8'),
      );
    expect(existsSync(join(app, 'node_modules'))).toBe(false);
    const steps = account.standIn.templates.lastBuild()?.steps.map(({ type, args }) => `${type} ${args[0]}`);
    expect(steps).toEqual(
      expect.arrayContaining([
        'RUN npm ci --ignore-scripts --no-audit --no-fund',
        'COPY claude',
        'RUN cd /opt/agents && npm ci --ignore-scripts --no-audit --no-fund',
        'RUN node node_modules/vite/bin/vite.js optimize',
      ]),
    );
    expect(account.standIn.templates.lastBuild()?.startCmd).toBeUndefined();
  });

  it('holds a bridge that starts from what was uploaded alone', async () => {
    const runtime = uploaded('runtime');
    const port = await freePort();
    const token = 'a-token-of-this-test';
    const child = spawn(process.execPath, [join(runtime, 'bridge/main.ts')], {
      cwd: runtime,
      env: { MK0R_BRIDGE_TOKEN: token, MK0R_BRIDGE_PORT: String(port), MK0R_APP_DIR: runtime },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(child.stdout, 'data');
    expect(String(said)).toContain('bridge ready');
    const headers = { authorization: `Bearer ${token}` };
    expect(await (await fetch(`http://127.0.0.1:${port}/health`, { headers })).json()).toMatchObject({
      ok: true,
    });
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it('says in E2B’s words which step failed', async () => {
    account.standIn.templates.failNext('npm ci failed: exit code 1');
    await expect(build(true)).rejects.toMatchObject({
      code: 'template_build_failed',
      message: expect.stringContaining('npm ci failed'),
    });
  });
});
