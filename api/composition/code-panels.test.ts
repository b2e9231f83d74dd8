import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readerOf } from '../../adapters/repository/embedded/read.ts';
import { sandboxReader } from '../../adapters/repository/sandbox-git.ts';
import type { Sandbox } from '../../commands/ports/sandboxes.ts';
import { createMemoryVault } from '../../commands/testing/vault.ts';
import { createCodePanels } from './code-panels.ts';
import { createKeptPages, quickReader } from './quick-pages.ts';

let app: string;
let first: string;
let second: string;
const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: app, encoding: 'utf8' }).trim();
const commit = (content: string): string => {
  writeFileSync(join(app, 'src/App.tsx'), content);
  git('add', '-A');
  git('-c', 'user.name=a', '-c', 'user.email=a', 'commit', '-qm', content.slice(0, 9));
  return git('rev-parse', 'HEAD');
};

/** A sandbox whose `/app` is a directory of this machine. */
const sandbox = {
  exec:
    ({ cmd: [command = '', ...args], env }: Parameters<Sandbox['exec']>[0]) =>
    async () => {
      const ran = spawnSync(command, args, { cwd: app, env: { ...process.env, ...env }, encoding: 'utf8' });
      return E.right({ exitCode: ran.status ?? 1, stdout: ran.stdout, stderr: ran.stderr });
    },
} as unknown as Sandbox;

/** The session's own repository, to which the second commit was not pushed yet. */
const repository = {
  ...readerOf(() => TE.left({ code: 'unknown_repository', message: 'none', retryable: false })),
  log: () => TE.right([{ sha: first, parents: [], author: '', at: '', subject: '' }]),
  files: (_slug: string, sha: string) =>
    sha === first
      ? TE.right([{ path: 'pushed.ts', oid: '1', size: 1, kind: 'file' as const }])
      : TE.left({ code: 'unknown_commit', message: 'not here', retryable: false }),
};

const panelsWith = (isUp: boolean) =>
  createCodePanels({
    repository,
    sandbox: sandboxReader(async () => (isUp ? sandbox : undefined)),
    quick: quickReader(createKeptPages(createMemoryVault())),
    vault: createMemoryVault(),
  });
const session = () => ({ sessionId: 's', slug: 'abcdefghijkl', at: second });

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'mk0r-code-'));
  mkdirSync(join(app, 'src'));
  git('init', '-q', '-b', 'main');
  symlinkSync('/etc/passwd', join(app, 'link'));
  first = commit('one\n');
  second = commit('two: habit\n');
});
afterAll(() => rmSync(app, { recursive: true, force: true }));

describe('the code of a session', () => {
  test('is read from its repository, and what is not pushed yet from its sandbox', async () => {
    const panels = panelsWith(true);
    expect(await panels.files(session(), first)()).toMatchObject({
      right: { sha: first, files: [{ path: 'pushed.ts' }] },
    });
    expect(await panels.file(session(), 'src/App.tsx')()).toMatchObject({
      right: { sha: second, content: 'two: habit\n', link: false, binary: false },
    });
    expect(await panels.search(session(), 'HABIT')()).toMatchObject({
      right: { hits: [{ path: 'src/App.tsx', line: 1 }], truncated: false },
    });
    expect(await panels.search(session(), 'nowhere')()).toMatchObject({ right: { hits: [] } });
    expect(await panels.diff(session(), second)()).toMatchObject({
      right: { files: [{ path: 'src/App.tsx', status: 'modified' }] },
    });
  });

  test('while that sleeps, is what was pushed last', async () => {
    expect(await panelsWith(false).files(session())()).toMatchObject({
      right: { sha: first, files: [{ path: 'pushed.ts' }] },
    });
    expect(await panelsWith(false).files(session(), 'f'.repeat(40))()).toMatchObject({
      left: { code: 'unknown_commit' },
    });
  });

  test.each(['../../etc/passwd', '/etc/passwd', '.git/config', 'src/../../x', '', 'link/x', ':(top)link'])(
    'has no file %j, in the sandbox neither',
    async (path) => {
      expect(await panelsWith(true).file(session(), path)()).toMatchObject({
        left: { code: 'unknown_file' },
      });
    },
  );

  test('shows where a link leads, and not what is there', async () => {
    expect(await panelsWith(true).file(session(), 'link')()).toMatchObject({
      right: { link: true, content: '/etc/passwd' },
    });
  });
});
