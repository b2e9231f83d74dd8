import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../adapters/listening/free-port.ts';

const TEMPLATE = join(import.meta.dirname, '..', '..', 'sandbox', 'template');
const run = promisify(execFile);

/** Its packages are bundled first, on a machine that may have a browser and a database in each core. */
const START_LIMIT_MS = 100_000;

/** The template in a directory of its own, served by its own dev server, as in a sandbox. */
export type TestApp = {
  readonly cwd: string;
  readonly port: number;
  readonly origin: string;
  readonly setEnv: (values: Readonly<Record<string, string>>) => Promise<void>;
  readonly node: (...args: string[]) => Promise<{ exitCode: number; output: string }>;
  /** Throws where they do not, with what the compiler says: the offline agent leaves that to who ends a turn. */
  readonly typesHold: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const TSC = ['node_modules/typescript/bin/tsc', '--noEmit', '--pretty', 'false'];

export async function startApp(env: Readonly<Record<string, string>>): Promise<TestApp> {
  if (!existsSync(join(TEMPLATE, 'node_modules'))) {
    throw new Error('sandbox/template has no node_modules: run `npm ci` there first');
  }
  const cwd = await mkdtemp(join(tmpdir(), 'mk0r-app-'));
  await cp(TEMPLATE, cwd, { recursive: true, filter: (path) => !/\/(node_modules|dist|\.env)$/.test(path) });
  // Hard links, so that the dev server gets a dependency cache of its own; a copy where /tmp is another disk.
  const source = join(TEMPLATE, 'node_modules');
  await run('cp', ['-al', source, cwd]).catch(() => run('cp', ['-a', source, cwd]));

  const setEnv = (values: Readonly<Record<string, string>>) =>
    writeFile(
      join(cwd, '.env'),
      Object.entries(values)
        .map(([name, value]) => `${name}='${value}'\n`)
        .join(''),
    );
  await setEnv(env);

  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const vite = spawn(process.execPath, ['node_modules/vite/bin/vite.js'], {
    cwd,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, MK0R_PREVIEW_PORT: String(port) },
  });
  const gone = new Promise<void>((resolve) => vite.once('close', () => resolve()));
  await answers(`${origin}/api/health`);

  const node: TestApp['node'] = (...args) =>
    run(process.execPath, args, { cwd }).then(
      ({ stdout, stderr }) => ({ exitCode: 0, output: `${stdout}${stderr}` }),
      (error) => ({ exitCode: error.code, output: `${error.stdout}${error.stderr}` }),
    );
  return {
    cwd,
    port,
    origin,
    setEnv,
    node,
    typesHold: async () => {
      const { exitCode, output } = await node(...TSC);
      if (exitCode !== 0) throw new Error(`The types do not hold:\n${output}`);
    },
    close: async () => {
      vite.kill();
      await gone;
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

/** As the agent writes: the dev server never sees half a file. */
export const replace = async (path: string, text: string): Promise<void> => {
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
};

async function answers(url: string): Promise<void> {
  const until = performance.now() + START_LIMIT_MS;
  while (performance.now() < until) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await sleep(50);
  }
  throw new Error(`nothing answers at ${url}`);
}
