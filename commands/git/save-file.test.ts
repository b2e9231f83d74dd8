import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../domain/session/events.ts';
import { noSession } from '../../domain/session/state.ts';
import type { World } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import { keptSave, saveName } from '../saves.ts';
import { blobOf } from '../testing/git.ts';
import { createMemoryVault } from '../testing/vault.ts';
import { saveFile } from './save-file.ts';

const SESSION = 'abcdefghijklmnopqrst';
const BEFORE = 'export const App = () => null;\n';
const AFTER = 'export const App = () => <h1>Habits</h1>;\n';

let app: string;
let outside: string;
const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: app, encoding: 'utf8' }).trim();
const at = (path: string): string => readFileSync(join(app, path), 'utf8');

/** A sandbox whose `/app` is a real repository in a directory of this machine. */
const sandbox = {
  exec:
    ({ cmd: [command = '', ...args], env, stdin }: Parameters<Sandbox['exec']>[0]) =>
    async () => {
      const { status, stdout, stderr } = spawnSync(command, args, {
        cwd: app,
        env: { ...process.env, ...env },
        input: stdin ?? '',
        encoding: 'utf8',
      });
      return E.right({ exitCode: status ?? 1, stdout, stderr });
    },
} as unknown as Sandbox;

const vault = createMemoryVault();
const world = { vault, sandboxes: { running: () => sandbox } } as unknown as World;

beforeEach(async () => {
  app = mkdtempSync(join(tmpdir(), 'mk0r-app-'));
  outside = mkdtempSync(join(tmpdir(), 'mk0r-outside-'));
  await vault.openSession(SESSION)();
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'mk0r');
  git('config', 'user.email', 'agent@mk0r.local');
  mkdirSync(join(app, 'src'));
  writeFileSync(join(app, 'src/App.tsx'), BEFORE);
  writeFileSync(join(app, '.gitignore'), 'dist\n.env\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'template');
});
afterEach(() => {
  rmSync(app, { recursive: true, force: true });
  rmSync(outside, { recursive: true, force: true });
});

const save = async (
  path: string,
  content: string,
  {
    base = blobOf(BEFORE) as string | null,
    from = git('rev-parse', 'HEAD'),
    saved = '',
    saveId = 'save-1',
  } = {},
): Promise<SessionEvent | E.Left<unknown>> => {
  await vault.put(SESSION, keptSave(saveId, { path, content }))();
  const state = {
    ...noSession,
    sessionId: SESSION,
    save: { saveId, base, from },
    ...(saved === '' ? {} : { saved }),
  };
  const signal = new AbortController().signal;
  const outcome = await saveFile(world, {
    state,
    attemptId: 'a-1',
    signal,
    isOver: () => false,
    isTakenOver: async () => false,
  })();
  if (E.isLeft(outcome)) return outcome;
  const [event] = outcome.right;
  if (event === undefined) throw new Error('nothing came of it');
  return event;
};
const isRefused = (code: string) => ({ type: 'FileSaveRefused', data: { error: { code } } });

describe('saving a file', () => {
  test('writes it, and commits it alone, as its owner', async () => {
    writeFileSync(join(app, 'left-over.txt'), 'not mine to commit');
    const from = git('rev-parse', 'HEAD');
    expect(await save('src/App.tsx', AFTER)).toEqual({
      type: 'FileSaved',
      data: {
        attemptId: 'a-1',
        saveId: 'save-1',
        sha: git('rev-parse', 'HEAD'),
        parent: from,
        title: 'Edit src/App.tsx',
        changed: [{ path: 'src/App.tsx', status: 'modified' }],
      },
    });
    expect(at('src/App.tsx')).toBe(AFTER);
    expect(git('log', '-1', '--format=%an|%s')).toBe('Owner|Edit src/App.tsx');
    expect(git('show', '--name-only', '--format=', 'HEAD')).toBe('src/App.tsx');
    expect(git('rev-parse', `refs/mk0r/commits/${git('rev-parse', 'HEAD')}`)).toBe(git('rev-parse', 'HEAD'));
  });

  test('makes a new one, with the folders it is in', async () => {
    expect(await save('server/deep/habits.ts', 'export {};\n', { base: null })).toMatchObject({
      type: 'FileSaved',
      data: { title: 'Add server/deep/habits.ts', changed: [{ status: 'added' }] },
    });
    expect(at('server/deep/habits.ts')).toBe('export {};\n');
  });

  test.each(["it's $(touch pwned) here.ts", '-rf', ':(top)*', 'a*?[b].ts', 'ünï/🌿 leaf.md', '"quoted".ts'])(
    'takes %j for a name and nothing else',
    async (path) => {
      expect(await save(path, AFTER, { base: null })).toMatchObject({ type: 'FileSaved' });
      expect(at(path)).toBe(AFTER);
      expect(existsSync(join(app, 'pwned'))).toBe(false);
      expect(git('-c', 'core.quotePath=false', 'ls-files', '-z').split('\0')).toContain(path);
    },
  );

  test('keeps what may be executed executable', async () => {
    chmodSync(join(app, 'src/App.tsx'), 0o755);
    git('commit', '-qam', 'executable');
    await save('src/App.tsx', AFTER);
    expect(statSync(join(app, 'src/App.tsx')).mode & 0o111).not.toBe(0);
  });

  test('overwrites nobody: one that was changed since is refused, and stays as it is', async () => {
    writeFileSync(join(app, 'src/App.tsx'), 'somebody else\n');
    git('commit', '-qam', 'somebody else');
    expect(await save('src/App.tsx', AFTER)).toMatchObject(isRefused('file_changed'));
    expect(at('src/App.tsx')).toBe('somebody else\n');
    expect(await save('src/App.tsx', AFTER, { base: null })).toMatchObject(isRefused('file_changed'));
  });

  test('one that is gone by now is not brought back', async () => {
    git('rm', '-q', 'src/App.tsx');
    git('commit', '-qm', 'gone');
    expect(await save('src/App.tsx', AFTER)).toMatchObject(isRefused('file_changed'));
  });

  test('what lay in the working tree uncommitted can be found again', async () => {
    writeFileSync(join(app, 'src/App.tsx'), 'half-written\n');
    expect(await save('src/App.tsx', AFTER)).toMatchObject({ type: 'FileSaved' });
    expect(git('cat-file', 'blob', 'refs/mk0r/aside/save-1')).toBe('half-written');
  });

  test('the same content is no commit', async () => {
    const from = git('rev-parse', 'HEAD');
    expect(await save('src/App.tsx', BEFORE)).toMatchObject(isRefused('file_unchanged'));
    expect(git('rev-parse', 'HEAD')).toBe(from);
  });

  test('an attempt that was cut short after its commit is adopted, before it is made whole', async () => {
    const from = git('rev-parse', 'HEAD');
    const first = await save('src/App.tsx', AFTER, { from });
    expect(await save('src/App.tsx', AFTER, { from })).toEqual(first);
    expect(git('rev-list', '--count', `${from}..HEAD`)).toBe('1');
    git('reset', '-q', '--soft', from);
    expect(await save('src/App.tsx', AFTER, { from })).toMatchObject({ type: 'FileSaved' });
    expect(git('rev-list', '--count', `${from}..HEAD`)).toBe('1');
  });

  test('follows no link, out of the app or within it', async () => {
    writeFileSync(join(outside, 'victim'), 'untouched');
    symlinkSync(outside, join(app, 'out'));
    symlinkSync(join(outside, 'victim'), join(app, 'link.ts'));
    symlinkSync('App.tsx', join(app, 'src/alias.tsx'));
    git('add', '-A');
    git('commit', '-qm', 'links');
    for (const path of ['out/victim', 'out/new.ts', 'link.ts', 'src/alias.tsx'])
      expect(await save(path, AFTER, { base: null })).toMatchObject(isRefused('not_a_file'));
    expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('untouched');
    expect(existsSync(join(outside, 'new.ts'))).toBe(false);
    expect(at('src/App.tsx')).toBe(BEFORE);
  });

  test('takes no folder for a file, nor a file for a folder', async () => {
    expect(await save('src', AFTER, { base: null })).toMatchObject(isRefused('not_a_file'));
    expect(await save('src/App.tsx/inside.ts', AFTER, { base: null })).toMatchObject(isRefused('not_a_file'));
  });

  test('adds nothing git is told to ignore', async () => {
    expect(await save('dist/out.js', AFTER, { base: null })).toMatchObject(isRefused('file_ignored'));
    expect(existsSync(join(app, 'dist'))).toBe(false);
  });

  test('clears away what the save before it had kept, and says when its own is lost', async () => {
    await vault.put(SESSION, keptSave('save-0', { path: 'a', content: 'b' }))();
    await save('src/App.tsx', AFTER, { saved: 'save-0' });
    const values = await vault.all(SESSION)();
    expect(E.isRight(values) && Object.keys(values.right)).toEqual([saveName('save-1')]);
    await vault.remove(SESSION, [saveName('save-9')])();
    const state = { ...noSession, sessionId: SESSION, save: { saveId: 'save-9', base: null, from: 'x' } };
    const attempt = {
      state,
      attemptId: 'a',
      signal: new AbortController().signal,
      isOver: () => false,
      isTakenOver: async () => false,
    };
    expect(await saveFile(world, attempt)()).toMatchObject({ left: { code: 'content_lost' } });
  });
});

const change = async (
  path: string,
  to?: string,
  { base = blobOf(BEFORE), from = git('rev-parse', 'HEAD') } = {},
): Promise<SessionEvent | E.Left<unknown>> => {
  await vault.put(SESSION, keptSave('save-1', { path, to }))();
  const state = { ...noSession, sessionId: SESSION, save: { saveId: 'save-1', base, from } };
  const signal = new AbortController().signal;
  const outcome = await saveFile(world, {
    state,
    attemptId: 'a-1',
    signal,
    isOver: () => false,
    isTakenOver: async () => false,
  })();
  if (E.isLeft(outcome)) return outcome;
  const [event] = outcome.right;
  if (event === undefined) throw new Error('nothing came of it');
  return event;
};

describe('renaming and deleting a file', () => {
  test('is a commit of its own, by its owner, and of nothing else', async () => {
    writeFileSync(join(app, 'left-over.txt'), 'not mine to commit');
    expect(await change('src/App.tsx', 'src/screens/Home.tsx')).toMatchObject({
      type: 'FileSaved',
      data: {
        title: 'Rename src/App.tsx to src/screens/Home.tsx',
        changed: [
          { path: 'src/App.tsx', status: 'deleted' },
          { path: 'src/screens/Home.tsx', status: 'added' },
        ],
      },
    });
    expect(at('src/screens/Home.tsx')).toBe(BEFORE);
    expect(await change('src/screens/Home.tsx')).toMatchObject({
      type: 'FileSaved',
      data: {
        title: 'Delete src/screens/Home.tsx',
        changed: [{ path: 'src/screens/Home.tsx', status: 'deleted' }],
      },
    });
    expect(existsSync(join(app, 'src'))).toBe(false);
    expect(git('log', '-1', '--format=%an')).toBe('Owner');
    expect(git('status', '--porcelain')).toBe('?? left-over.txt');
  });

  test.each(["it's $(touch pwned) here.ts", '-rf', ':(top)*', 'a*?[b].ts'])(
    'takes %j for a name and nothing else',
    async (to) => {
      expect(await change('src/App.tsx', to)).toMatchObject({ type: 'FileSaved' });
      expect(at(to)).toBe(BEFORE);
      expect(await change(to)).toMatchObject({ type: 'FileSaved' });
      expect(existsSync(join(app, 'pwned'))).toBe(false);
      expect(existsSync(join(app, '.gitignore'))).toBe(true);
    },
  );

  test('leaves one that somebody else has changed since, and never replaces another', async () => {
    expect(await change('src/App.tsx', undefined, { base: blobOf(AFTER) })).toMatchObject(
      isRefused('file_changed'),
    );
    expect(await change('src/App.tsx', '.gitignore')).toMatchObject(isRefused('file_exists'));
    writeFileSync(join(app, 'untracked.ts'), 'mine');
    expect(await change('src/App.tsx', 'untracked.ts')).toMatchObject(isRefused('file_exists'));
    expect(await change('src/App.tsx', 'dist/App.tsx')).toMatchObject(isRefused('file_ignored'));
    expect(at('src/App.tsx')).toBe(BEFORE);
    expect(at('untracked.ts')).toBe('mine');
  });

  test('follows no link, neither from nor to', async () => {
    symlinkSync(outside, join(app, 'link'));
    expect(await change('src/App.tsx', 'link/App.tsx')).toMatchObject(isRefused('not_a_file'));
    expect(await change('link/App.tsx')).toMatchObject(isRefused('not_a_file'));
    expect(await change('src')).toMatchObject(isRefused('not_a_file'));
  });

  test('keeps what lay in the working tree uncommitted, beside', async () => {
    writeFileSync(join(app, 'src/App.tsx'), AFTER);
    expect(await change('src/App.tsx', 'src/Home.tsx')).toMatchObject({ type: 'FileSaved' });
    expect(at('src/Home.tsx')).toBe(BEFORE);
    expect(git('cat-file', '-p', 'refs/mk0r/aside/save-1')).toBe(AFTER.trim());
  });

  test('is recognised by the next attempt, wherever the one before was cut short', async () => {
    const from = git('rev-parse', 'HEAD');
    // Moved, and not committed.
    execFileSync('mv', ['src/App.tsx', 'src/Home.tsx'], { cwd: app });
    expect(await change('src/App.tsx', 'src/Home.tsx', { from })).toMatchObject({ type: 'FileSaved' });
    const head = git('rev-parse', 'HEAD');
    // Committed, and nobody was told.
    expect(await change('src/App.tsx', 'src/Home.tsx', { from })).toMatchObject({
      type: 'FileSaved',
      data: { sha: head, parent: from },
    });
    rmSync(join(app, 'src/Home.tsx'));
    expect(await change('src/Home.tsx', undefined, { from: head })).toMatchObject({ type: 'FileSaved' });
    const gone = git('rev-parse', 'HEAD');
    expect(await change('src/Home.tsx', undefined, { from: head })).toMatchObject({ data: { sha: gone } });
  });
});
