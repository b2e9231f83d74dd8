import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import { noSession } from '../../domain/session/state.ts';
import type { World } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import { forkCode } from './fork.ts';

let dirs: string[] = [];
const who = ['-c', 'user.name=mk0r', '-c', 'user.email=agent@mk0r.local', '-c', 'commit.gpgsign=false'];
const gitIn = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', [...who, ...args], { cwd, encoding: 'utf8' }).trim();

/** A sandbox whose `/app` is a real repository in a directory of this machine, begun with the template. */
const appWith = (file: string, content: string) => {
  const app = mkdtempSync(join(tmpdir(), 'mk0r-fork-'));
  dirs.push(app);
  gitIn(app, 'init', '-q', '-b', 'main');
  gitIn(app, 'config', 'user.name', 'mk0r');
  gitIn(app, 'config', 'user.email', 'agent@mk0r.local');
  const commit = (path: string, text: string): string => {
    mkdirSync(join(app, 'src'), { recursive: true });
    writeFileSync(join(app, path), text);
    gitIn(app, 'add', '-A');
    gitIn(app, 'commit', '-q', '-m', `Write ${path}`);
    return gitIn(app, 'rev-parse', 'HEAD');
  };
  const root = commit(file, content);
  const sandbox = {
    exec:
      ({ cmd: [command = '', ...args], env, stdin }: Parameters<Sandbox['exec']>[0]) =>
      async () => {
        expect(Buffer.byteLength(stdin ?? '')).toBeLessThan(1024 * 1024);
        const options = { cwd: app, env: { ...process.env, ...env }, input: stdin ?? '' };
        const { status, stdout, stderr } = spawnSync(command, args, { ...options, encoding: 'utf8' });
        expect(Buffer.byteLength(stdout)).toBeLessThan(1024 * 1024);
        return E.right({ exitCode: status ?? 1, stdout, stderr });
      },
  } as unknown as Sandbox;
  return { app, root, commit, sandbox };
};
type App = ReturnType<typeof appWith>;

let source: App;
let target: App;
beforeEach(() => {
  dirs = [];
  source = appWith('src/App.tsx', 'the template');
  target = appWith('src/App.tsx', 'the template, at another time');
});
afterEach(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

const [THEIRS, OURS] = ['theirs000000', 'ours00000000'];
const bring = (commit: string, attemptId = 'attempt') => {
  const running = (name: string) => (name === resourceName(THEIRS) ? source.sandbox : target.sandbox);
  const world = { sandboxes: { running } } as unknown as World;
  const fork = { from: 'source', slug: THEIRS, commit, data: 'empty' } as const;
  const state = { ...noSession, slug: OURS, fork };
  return forkCode(world, {
    state,
    attemptId,
    signal: new AbortController().signal,
    isOver: () => false,
    isTakenOver: async () => false,
  })();
};

describe('the code of a fork', () => {
  test('is the version with all that led to it, and nothing of what came after', async () => {
    const version = source.commit('src/App.tsx', 'habits');
    const after = source.commit('src/App.tsx', 'habits with a chart');
    expect(await bring(version)).toEqual(
      E.right([{ type: 'CodeForked', data: { attemptId: 'attempt', sha: version } }]),
    );
    expect(readFileSync(join(target.app, 'src/App.tsx'), 'utf8')).toBe('habits');
    expect(gitIn(target.app, 'rev-list', 'HEAD').split('\n')).toEqual([version, source.root]);
    expect(gitIn(target.app, 'status', '--porcelain')).toBe('');
    expect(() => gitIn(target.app, 'cat-file', '-e', after)).toThrow();
    expect(gitIn(target.app, 'fsck', '--strict')).toBe('');
  });

  test('comes in parts where it is more than a command takes', async () => {
    const version = source.commit('src/App.tsx', 'habits');
    const random = randomBytes(1_300_000).toString('base64');
    const large = source.commit('src/random.txt', random);
    expect(E.isRight(await bring(large))).toBe(true);
    expect(readFileSync(join(target.app, 'src/random.txt'), 'utf8')).toBe(random);
    expect(gitIn(target.app, 'rev-list', 'HEAD').split('\n')).toEqual([large, version, source.root]);
  });

  test('is brought over again as if for the first time', async () => {
    const version = source.commit('src/App.tsx', 'habits');
    await bring(version, 'one');
    expect(E.isRight(await bring(version, 'two'))).toBe(true);
    expect(gitIn(target.app, 'rev-parse', 'HEAD')).toBe(version);
  });

  test('leaves the app it is of as it is', async () => {
    const version = source.commit('src/App.tsx', 'habits');
    writeFileSync(join(source.app, 'src/App.tsx'), 'being worked on');
    const before = [gitIn(source.app, 'status', '--porcelain'), gitIn(source.app, 'for-each-ref')];
    await bring(version);
    expect([gitIn(source.app, 'status', '--porcelain'), gitIn(source.app, 'for-each-ref')]).toEqual(before);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('mk0r-pack-'))).toEqual([]);
  });

  test('that is nowhere says what to do', async () => {
    expect(await bring('f'.repeat(40))).toMatchObject({ left: { code: 'version_out_of_reach' } });
    source = { ...source, sandbox: undefined as unknown as Sandbox };
    expect(await bring('f'.repeat(40))).toMatchObject({
      left: { code: 'version_out_of_reach', message: expect.stringContaining('Open that app') },
    });
  });

  test('is taken from the repository where that has it', async () => {
    const version = source.commit('src/App.tsx', 'habits');
    const packed = execFileSync('git', ['pack-objects', '-q', '--revs', '--stdout'], {
      cwd: source.app,
      input: `${version}\n`,
    });
    source = { ...source, sandbox: undefined as unknown as Sandbox };
    const world = {
      sandboxes: { running: (name: string) => (name === resourceName(OURS) ? target.sandbox : undefined) },
      repository: { pack: () => TE.right(packed) },
    } as unknown as World;
    const fork = { from: 'source', slug: THEIRS, commit: version, data: 'empty' } as const;
    const brought = await forkCode(world, {
      state: { ...noSession, slug: OURS, fork },
      attemptId: 'attempt',
      signal: new AbortController().signal,
      isOver: () => false,
      isTakenOver: async () => false,
    })();
    expect(E.isRight(brought)).toBe(true);
    expect(gitIn(target.app, 'rev-parse', 'HEAD')).toBe(version);
  });
});
