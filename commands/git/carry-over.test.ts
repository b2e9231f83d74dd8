import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { QUICK_ROOT } from '../../domain/session/history.ts';
import { right } from '../../domain/testing/outcome.ts';
import type { World } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import { keptPage } from '../quick/kept-pages.ts';
import { pageSaying } from '../testing/page-writer.ts';
import { createMemoryVault } from '../testing/vault.ts';
import { carryOver } from './carry-over.ts';

const SESSION = 'abcdefghijklmnopqrst';
const AT = '2026-03-04T05:06:07.890Z';

let app: string;
const vault = createMemoryVault();
const world = { vault } as unknown as World;
const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: app, encoding: 'utf8' }).trim();

/** A sandbox whose `/app` is a directory of this machine. */
const sandbox = {
  exec:
    ({ cmd: [command = '', ...args], env, stdin }: Parameters<Sandbox['exec']>[0]) =>
    async () => {
      const { status, stdout, stderr } = spawnSync(command, args, {
        cwd: app,
        env: { ...process.env, MK0R_CREDENTIAL_HELPER: '', ...env },
        input: stdin ?? '',
        encoding: 'utf8',
      });
      return E.right({ exitCode: status ?? 1, stdout, stderr });
    },
} as unknown as Sandbox;

const version = async (parent: string, words: string): Promise<string> => {
  const { sha, values } = keptPage({
    parent,
    title: `Ask for “${words}”`,
    content: pageSaying(words),
    at: AT,
  });
  await vault.put(SESSION, values)();
  return sha;
};

const begunOn = (parent: string): Promise<string> => right(carryOver(world, SESSION, parent, sandbox));

beforeEach(async () => {
  app = mkdtempSync(join(tmpdir(), 'mk0r-app-'));
  await vault.openSession(SESSION)();
  mkdirSync(join(app, 'src'));
  writeFileSync(join(app, 'src/App.tsx'), 'export const App = () => null;\n');
});
afterEach(() => rmSync(app, { recursive: true, force: true }));

describe('the history of a quick page, in the repository of the app it becomes', () => {
  test('has the ids it had, every branch of it, and the page beside the template', async () => {
    const first = await version(QUICK_ROOT, 'one');
    const undone = await version(first, 'undone');
    const second = await version(first, 'two');
    const head = await begunOn(second);
    expect(git('rev-parse', 'main', 'HEAD~1', 'HEAD~2', 'HEAD~3').split('\n')).toEqual([
      head,
      second,
      first,
      QUICK_ROOT,
    ]);
    expect(git('cat-file', '-t', undone)).toBe('commit');
    expect(git('log', '-1', '--format=%s%n%an %ae%n%cI', second)).toBe(
      'Ask for “two”\nmk0r agent@mk0r.local\n2026-03-04T05:06:07+00:00',
    );
    expect(git('show', `${first}:index.html`)).toBe(pageSaying('one').trim());
    expect(readFileSync(join(app, 'quick/index.html'), 'utf8')).toBe(pageSaying('two'));
    expect(git('ls-files').split('\n')).toEqual(['quick/index.html', 'src/App.tsx']);
    expect(git('status', '--porcelain')).toBe('');
    expect(git('fsck', '--strict', '--no-dangling')).toBe('');
  });

  test('is carried over once, however often that is tried', async () => {
    const first = await version(QUICK_ROOT, 'one');
    const head = await begunOn(first);
    expect(await begunOn(first)).toBe(head);
  });

  test('is that of the page as it is by now, where an attempt before was of another version', async () => {
    const first = await version(QUICK_ROOT, 'one');
    await begunOn(first);
    const second = await version(first, 'two');
    const head = await begunOn(second);
    expect(git('rev-parse', 'HEAD', 'HEAD~1').split('\n')).toEqual([head, second]);
    expect(readFileSync(join(app, 'quick/index.html'), 'utf8')).toBe(pageSaying('two'));
  });

  test('begins with the template where nothing was written yet', async () => {
    await begunOn(QUICK_ROOT);
    expect(git('rev-parse', 'HEAD~1')).toBe(QUICK_ROOT);
    expect(existsSync(join(app, 'quick'))).toBe(false);
  });
});
