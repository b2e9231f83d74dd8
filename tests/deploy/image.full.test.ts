import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, linkSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../adapters/listening/free-port.ts';
import { bakeTemplate } from '../../adapters/sandboxes/local/bake.ts';
import { until } from '../support/http-visitor.ts';
import { inherited } from '../support/server.ts';
import { borrowTemplates, lendTemplates } from '../support/templates.ts';
import { buildContext, ROOT } from './support/dockerfile.ts';

const LIMIT_MS = 120_000;
/** `nobody`: somebody with a name, whom nothing here belongs to, as the user of the image. */
const NOBODY = 65_534;

const run = (cwd: string, command: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: inherited(), encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}\n${stderr}`);
  return stdout;
};

/**
 * The steps of the Dockerfile, without Docker: what the context holds, the packages, the page, without what is for
 * development, owned by root and written by nobody, run by somebody else. Only `npm ci` is stood in for by links to the
 * packages that are installed here.
 */
describe.runIf(process.getuid?.() === 0)('what the image holds', () => {
  let root: string;
  let app: string;
  let server: ChildProcess;
  let said = '';
  let port = 0;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'mk0r-image-'));
    chmodSync(root, 0o755);
    app = join(root, 'app');
    for (const path of buildContext()) {
      mkdirSync(dirname(join(app, path)), { recursive: true });
      cpSync(join(ROOT, path), join(app, path));
    }
    run(root, 'cp', '-al', join(ROOT, 'node_modules'), join(app, 'node_modules'));
    rmSync(join(app, 'node_modules/.cache'), { recursive: true, force: true });
    run(app, 'npm', 'run', 'web:build');
    run(app, 'npm', 'prune', '--omit=dev', '--ignore-scripts', '--offline', '--no-audit', '--no-fund');
    // The Node of the image is its own.
    mkdirSync(join(root, 'bin'));
    linkSync(join(ROOT, 'node_modules/node/bin/node'), join(root, 'bin/node'));
    run(root, 'chmod', '-R', 'a-w,a+rX', join(app, 'api'));
    mkdirSync(join(root, 'data'), { mode: 0o711 });
    // Baked before: it takes a package registry, which a container reaches and a test need not.
    borrowTemplates(join(root, 'data'));
    await bakeTemplate({
      sourceDir: join(ROOT, 'sandbox'),
      dataDir: join(root, 'data'),
      log: () => undefined,
    });
    lendTemplates(join(root, 'data'));
    // Folders only: the files are other names of those that every test shares.
    run(root, 'find', 'data', '-type', 'd', '-exec', 'chown', `${NOBODY}:${NOBODY}`, '{}', '+');
  }, LIMIT_MS);
  afterAll(async () => {
    if (server?.exitCode === null && server.signalCode === null) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
    rmSync(root, { recursive: true, force: true });
  }, LIMIT_MS);

  const start = async (): Promise<void> => {
    port = await freePort();
    server = spawn(join(root, 'bin/node'), ['api/main.ts'], {
      cwd: app,
      uid: NOBODY,
      gid: NOBODY,
      env: {
        ...inherited(),
        HOME: '/nonexistent',
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: String(port),
        MK0R_DATA_DIR: join(root, 'data'),
        LOG_FORMAT: 'json',
        VM_POOL_TARGET_SIZE: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk) => (said += chunk));
    await until(
      async () => server.exitCode ?? (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)),
      (answer) => answer !== undefined && (typeof answer === 'number' || answer.ok),
      100,
    );
    expect(server.exitCode, said).toBeNull();
  };

  it('has no package that is for development only, and no test', () => {
    const has = (path: string) => spawnSync('ls', [join(app, path)]).status === 0;
    expect(has('node_modules/fastify')).toBe(true);
    for (const path of [
      'node_modules/vitest',
      'node_modules/typescript',
      'node_modules/playwright-core',
      'tests',
    ])
      expect(has(path)).toBe(false);
    process.stdout.write(`image: ${run(root, 'du', '-sh', '--', 'app').trim()} beside Node and Debian\n`);
  });

  it(
    'serves as a user who can change nothing of it, and says that it is well',
    async () => {
      await start();
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('<title>');
      const check = spawnSync(join(root, 'bin/node'), ['deploy/healthcheck.mjs'], {
        cwd: app,
        env: { PORT: String(port) },
      });
      expect(check.status).toBe(0);
      const write = spawnSync('touch', [join(app, 'api/main.ts')], { uid: NOBODY, gid: NOBODY });
      expect(write.status).not.toBe(0);
    },
    LIMIT_MS,
  );

  it(
    'stops when Docker asks it to, and is then not well',
    async () => {
      expect(server.exitCode, said).toBeNull();
      server.kill('SIGTERM');
      const ended = await once(server, 'exit');
      expect(ended, said).toEqual([0, null]);
      const check = spawnSync(join(root, 'bin/node'), ['deploy/healthcheck.mjs'], {
        cwd: app,
        env: { PORT: String(port) },
      });
      expect(check.status).toBe(1);
    },
    LIMIT_MS,
  );
});
