import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { right } from '../../domain/testing/outcome.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import { keep } from '../turns/keep.ts';
import { commitTurn } from './commit.ts';
import { describeLeaks, findLeaks } from './guard.ts';

const CHECKS = join(import.meta.dirname, '../../sandbox/check');
const URL = 'postgresql://mk0r_abc:p4ssw0rd-of-its-own@127.0.0.1:3011/mk0r_abc?sslmode=disable';
const KEY = 're_9sYq3Zk1_example0123456789';
const VAULT = {
  DATABASE_URL: URL,
  RESEND_API_KEY: KEY,
  NEON_HOST: '127.0.0.1',
  VITE_POSTHOG_KEY: 'phc_public_key_1',
};
const ENV = [
  ...Object.entries(VAULT).map(([name, value]) => `${name}="${value}"`),
  'STRIPE_SECRET_KEY=sk_live_51Habcdef',
  'OWNER_EMAIL=ada@example.com',
  'SITE_NAME="Habit Tracker"',
  'PUBLIC_SITE=https://habits.example.com',
  'RETRIES=10000000',
].join('\n');

let app: string;
let base: string;

const git = (...args: readonly string[]): string => {
  const ran = spawnSync('git', ['-C', app, ...args], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return ran.stdout.trim();
};
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(app, path)), { recursive: true });
  writeFileSync(join(app, path), text);
};

beforeEach(() => {
  app = mkdtempSync(join(tmpdir(), 'mk0r-guard-'));
  git('init', '-q', '-b', 'main');
  for (const [name, value] of [
    ['user.name', 'mk0r'],
    ['user.email', 'agent@mk0r.local'],
  ] as const)
    git('config', name, value);
  write('.gitignore', '.env\nnode_modules\n');
  write('src/App.tsx', 'export const App = () => null;\n');
  write('.env', ENV);
  git('add', '-A');
  git('commit', '-q', '-m', 'Start');
  base = git('rev-parse', 'HEAD');
});
afterEach(() => rmSync(app, { recursive: true, force: true }));

const unused = { code: 'unused', message: '', retryable: false };
/** A sandbox that is a directory of this machine, with real git. */
const sandbox = (): Sandbox => ({
  name: 's',
  bridge: { origin: 'http://sandbox', headers: {} },
  preview: { origin: 'http://sandbox', headers: {} },
  exec:
    ({ cmd, env, stdin }) =>
    async () => {
      const [file = '', ...args] = cmd;
      const ran = spawnSync(file, args, {
        cwd: app,
        env: { ...process.env, MK0R_CHECK_DIR: CHECKS, ...env },
        input: stdin ?? '',
        encoding: 'utf8',
      });
      return E.right({ exitCode: ran.status ?? 1, stdout: ran.stdout, stderr: ran.stderr });
    },
  readFile: (path) => async () => E.right(readFileSync(join(app, path.replace('/app/', '')), 'utf8')),
  writeFile: () => async () => E.left(unused),
  devServer: () => async () => E.left(unused),
});

const leaks = async () => {
  const found = await right(findLeaks(sandbox(), { base, vault: VAULT }));
  return found?.leaks.map(({ path, name, how }) => `${path} ${name} ${how}`);
};
const kept = (leaking: 'refuse' | 'leave out') =>
  keep(sandbox(), { base, message: 'A habit tracker', vault: VAULT, leaking });

describe('a change that would publish a secret', () => {
  test.each([
    ['as it is', URL],
    ['as base64', Buffer.from(URL).toString('base64')],
    ['as base64 for a URL', Buffer.from(URL).toString('base64url')],
    ['as part of a URL', encodeURIComponent(URL)],
  ])('is known by a value written %s, in any file', async (_, form) => {
    write('notes/db.txt', `The database is ${form} and fast.`);
    expect(await leaks()).toEqual(['notes/db.txt DATABASE_URL value']);
  });

  test('is known by a value its owner wrote into .env, and not by their settings', async () => {
    write('src/pay.ts', "export const key = 'sk_live_51Habcdef';");
    write(
      'src/site.ts',
      "export const site = ['Habit Tracker', 'ada@example.com', 'https://habits.example.com', 10000000];",
    );
    expect(await leaks()).toEqual(['src/pay.ts STRIPE_SECRET_KEY value']);
  });

  test('is known where a variable of the server is put behind VITE_', async () => {
    write('src/db.ts', 'export const url = import.meta.env.VITE_DATABASE_URL;');
    write('.env.production', 'VITE_RESEND_API_KEY=x');
    expect(await leaks()).toEqual([
      '.env.production VITE_RESEND_API_KEY prefix',
      'src/db.ts VITE_DATABASE_URL prefix',
    ]);
  });

  test.each([
    'import.meta.env.DATABASE_URL',
    "import.meta.env['DATABASE_URL']",
    'import.meta.env?.DATABASE_URL',
  ])('is known where the page reads %s', async (expression) => {
    write('src/db.ts', `export const url = ${expression};`);
    expect(await leaks()).toEqual(['src/db.ts DATABASE_URL import']);
  });

  test('is known where a VITE_ variable of another name holds the value', async () => {
    write('.env', `${ENV}\nVITE_BACKEND=${URL}`);
    write('src/db.ts', 'export const url = import.meta.env.VITE_BACKEND;');
    expect(await leaks()).toEqual(['src/db.ts VITE_BACKEND prefix']);
  });

  test('is known in a file whose name is a trap, and in one that stopped being ignored', async () => {
    write('.gitignore', 'node_modules\n');
    write('src/a "b"\n$(c).ts', `// ${KEY}`);
    expect(await leaks()).toEqual([
      '.env DATABASE_URL value',
      '.env RESEND_API_KEY value',
      '.env STRIPE_SECRET_KEY value',
      'src/a "b"\n$(c).ts RESEND_API_KEY value',
    ]);
  });

  test('is not what uses variables as they are meant', async () => {
    write('server/db.ts', "import { env } from './env.ts';\nexport const url = env('DATABASE_URL');");
    write('src/analytics.ts', "export const key = import.meta.env.VITE_POSTHOG_KEY ?? 'phc_public_key_1';");
    write('README.md', 'Never write VITE_DATABASE_URL.');
    expect(await leaks()).toEqual([]);
  });

  test('is described by file, variable and what to do, without the value', async () => {
    write('src/db.ts', `const url = '${URL}';`);
    const found = await findLeaks(sandbox(), { base, vault: VAULT })();
    const text = E.isRight(found) ? describeLeaks(found.right?.leaks ?? []) : '';
    expect(text).toBe(
      'src/db.ts holds the value of DATABASE_URL. Read it from the environment, on the server.',
    );
  });
});

describe('a commit', () => {
  test('is not made while a secret would be in it', async () => {
    write('src/db.ts', `const url = '${URL}';`);
    expect(await kept('refuse')).toMatchObject({
      commit: undefined,
      against: [{ kind: 'secrets', outcome: 'failed' }],
    });
    expect(git('rev-parse', 'HEAD')).toBe(base);
  });

  test('leaves such files out where it has to be made, and leaves them where they are', async () => {
    write('src/db.ts', `const url = '${URL}';`);
    write('src/App.tsx', `export const key = '${KEY}';`);
    write('src/List.tsx', 'export const List = () => null;\n');
    const { commit, against } = await kept('leave out');
    expect(against).toMatchObject([{ kind: 'secrets', outcome: 'failed' }]);
    expect(commit?.changed).toEqual([{ path: 'src/List.tsx', status: 'added' }]);
    expect(git('log', '-p', '--all')).not.toContain('p4ssw0rd');
    expect(readFileSync(join(app, 'src/db.ts'), 'utf8')).toContain(URL);
    expect(git('status', '--porcelain')).toBe('M src/App.tsx\n?? src/db.ts');
  });

  test('takes the place of commits in which the agent had put one', async () => {
    write('src/db.ts', `const url = '${URL}';`);
    git('add', '-A');
    git('commit', '-q', '-m', 'Connect');
    write('src/db.ts', "const url = env('DATABASE_URL');");
    git('commit', '-q', '-a', '-m', 'Read it from the environment');
    const { commit, against } = await kept('refuse');
    expect(against).toEqual([]);
    expect(git('rev-list', '--count', `${base}..${commit?.sha}`)).toBe('1');
    expect(git('log', '-p', 'HEAD')).not.toContain('p4ssw0rd');
  });

  test('keeps the commits an agent has made where there is nothing against them', async () => {
    for (const name of ['one', 'two']) {
      write(`src/${name}.ts`, 'export {};\n');
      git('add', '-A');
      git('commit', '-q', '-m', name);
    }
    const committed = await commitTurn(sandbox(), { base, message: 'm' })();
    expect(git('log', '--format=%s', `${base}..HEAD`)).toBe('two\none');
    expect(E.isRight(committed) && committed.right?.changed).toHaveLength(2);
  });

  test('is refused where nobody could look', async () => {
    const deaf: Sandbox = {
      ...sandbox(),
      readFile: () => async () => E.left({ ...unused, code: 'timeout' }),
    };
    const request = { base, message: 'm', vault: VAULT, leaking: 'leave out' } as const;
    expect(await keep(deaf, request)).toMatchObject({
      commit: undefined,
      against: [{ kind: 'secrets', outcome: 'unknown' }],
    });
  });
});
