import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { left, right } from '../../../domain/testing/outcome.ts';
import { git, workTree } from '../repository.contract.ts';
import { embeddedRepositoryProvider } from './provider.ts';
import { type RepositoryReader, repositoryReader } from './read.ts';
import { newSlug, type TestHost, testHost } from './testing.ts';

describe('reading the repository of a session', () => {
  let host: TestHost;
  let reader: RepositoryReader;
  let slug: string;
  let work: Awaited<ReturnType<typeof workTree>>;

  const provision = async (): Promise<string> => {
    const made = newSlug();
    const request = { sessionId: made, slug: made, signal: AbortSignal.timeout(60_000) };
    await right(embeddedRepositoryProvider(host).provision(request));
    return made;
  };
  const commit = async (message: string): Promise<string> => {
    await git(work.path, ['add', '-A']);
    await git(work.path, ['commit', '--quiet', '-m', message]);
    const credential = await right(embeddedRepositoryProvider(host).credential(slug));
    await git(work.path, ['push', '--quiet', '--force', credential.url, 'main'], credential);
    return git(work.path, ['rev-parse', 'HEAD']);
  };
  const write = (path: string, content: string | Buffer): Promise<void> =>
    writeFile(join(work.path, path), content);

  beforeAll(async () => {
    host = await testHost();
    reader = repositoryReader(host);
    slug = await provision();
    work = await workTree('one\ntwo\nthree\n');
  });
  afterAll(async () => {
    await work.remove();
    await host.remove();
  });

  it('has no commit before the first push', async () => {
    expect(await right(reader.log(await provision()))).toEqual([]);
  });

  it('tells the commits of main, newest first', async () => {
    await write('streak.txt', '1');
    const sha = await commit('Keep the "streak" — über|all\n\nA body.');
    const [newest, oldest] = await right(reader.log(slug));
    expect(newest).toMatchObject({
      sha,
      parents: [oldest?.sha],
      author: 'Test',
      subject: 'Keep the "streak" — über|all',
    });
    expect(oldest).toMatchObject({ parents: [], subject: 'Track habits' });
    expect(await right(reader.log(slug, 1))).toHaveLength(1);
  });

  it('lists files with their sizes and kinds', async () => {
    await mkdir(join(work.path, 'src'));
    await write('src/a b ü.ts', 'hello');
    await write('run.sh', '#!/bin/sh\n');
    await chmod(join(work.path, 'run.sh'), 0o755);
    await symlink('/etc/passwd', join(work.path, 'link'));
    const files = await right(reader.files(slug, await commit('Files')));
    expect(files).toContainEqual(expect.objectContaining({ path: 'src/a b ü.ts', size: 5, kind: 'file' }));
    expect(files).toContainEqual(expect.objectContaining({ path: 'run.sh', kind: 'executable' }));
    expect(files).toContainEqual(expect.objectContaining({ path: 'link', kind: 'link' }));
  });

  it('reads a file as it was at a commit; of a link the link, never what it points at', async () => {
    const [before] = await right(reader.log(slug));
    await write('habits.txt', 'changed');
    const sha = await commit('Change');
    const at = (commitSha: string, path: string) => right(reader.fileContent(slug, commitSha, path));
    expect((await at(before?.sha ?? '', 'habits.txt')).content).toBe('one\ntwo\nthree\n');
    expect((await at(sha, 'habits.txt')).content).toBe('changed');
    expect((await at(sha, 'link')).content).toBe('/etc/passwd');
  });

  it('says that a file is binary, and where it is cut', async () => {
    await write('logo.bin', Buffer.from([0x89, 0, 1, 2]));
    await write('long.txt', 'x'.repeat(1_500_000));
    const sha = await commit('Large and binary');
    const binary = await right(reader.fileContent(slug, sha, 'logo.bin'));
    expect(binary).toMatchObject({ content: '', size: 4, binary: true, truncated: false });
    expect([...(await right(reader.blob(slug, binary.oid)))]).toEqual([0x89, 0, 1, 2]);
    const long = await right(reader.fileContent(slug, sha, 'long.txt'));
    expect([long.truncated, long.size, long.content.length]).toEqual([true, 1_500_000, 1024 * 1024]);
  });

  it('shows what a commit added, changed, renamed and deleted, each with its patch', async () => {
    await write('habits.txt', 'changed\ndiff --git a/x b/x\n');
    await write('new.txt', 'fresh\n');
    await git(work.path, ['mv', 'run.sh', 'start.sh']);
    await rm(join(work.path, 'streak.txt'));
    const { files, truncated } = await right(reader.diff(slug, await commit('All kinds')));
    expect(truncated).toBe(false);
    expect(files.map(({ path, status }) => [path, status])).toEqual([
      ['habits.txt', 'modified'],
      ['new.txt', 'added'],
      ['start.sh', 'renamed'],
      ['streak.txt', 'deleted'],
    ]);
    expect(files[0]?.patch).toContain('+diff --git a/x b/x');
    expect(files[1]?.patch).toContain('+fresh');
    expect(files[2]).toMatchObject({ oldPath: 'run.sh' });
    expect(files.every(({ path, patch }) => patch.startsWith('diff --git ') && patch.includes(path))).toBe(
      true,
    );
  });

  it('shows the first commit as everything added, and cuts a diff without end', async () => {
    const first = (await right(reader.log(slug))).at(-1);
    const { files } = await right(reader.diff(slug, first?.sha ?? ''));
    expect(files).toMatchObject([{ path: 'habits.txt', status: 'added' }]);
    await write('endless.txt', 'line\n'.repeat(600_000));
    await write('zebra.txt', 'last');
    const cut = await right(reader.diff(slug, await commit('Endless')));
    expect(cut.truncated).toBe(true);
    expect(cut.files.map(({ path }) => path)).toEqual(['endless.txt', 'zebra.txt']);
  });

  it('finds text as it is written, whatever its case, and nothing else', async () => {
    await write('search me.ts', 'const Habit = 1;\n// a.b*c (regex) $HOME `id`\n');
    await write('many.txt', 'habit\n'.repeat(5_000));
    const sha = await commit('Search');
    const found = async (text: string) => right(reader.search(slug, sha, text));
    expect((await found('const habit')).hits).toEqual([
      { path: 'search me.ts', line: 1, text: 'const Habit = 1;' },
    ]);
    for (const text of ['a.b*c (regex)', '$HOME `id`'])
      expect((await found(text)).hits.map(({ line }) => line)).toEqual([2]);
    for (const text of ['a.bc', '--help', '-e', '$(id)'])
      expect(await found(text)).toEqual({ hits: [], truncated: false });
    expect((await found('habit')).hits.filter(({ path }) => path === 'many.txt')).toHaveLength(20);
  });

  it('shows a merge against its first parent', async () => {
    await git(work.path, ['switch', '--quiet', '-c', 'side', 'HEAD~1']);
    await write('side.txt', 'side');
    await git(work.path, ['add', '-A']);
    await git(work.path, ['commit', '--quiet', '-m', 'Side']);
    await git(work.path, ['switch', '--quiet', 'main']);
    await git(work.path, ['merge', '--quiet', '--no-ff', '--no-commit', 'side']);
    const { files } = await right(reader.diff(slug, await commit('Merge')));
    expect(files).toMatchObject([{ path: 'side.txt', status: 'added' }]);
  });

  it('still reads a commit that main no longer holds', async () => {
    await write('before.txt', 'before');
    const lost = await commit('Undone later');
    await git(work.path, ['reset', '--quiet', '--hard', 'HEAD~1']);
    await write('after.txt', 'after');
    await commit('After the undo');
    expect((await right(reader.log(slug))).map(({ sha }) => sha)).not.toContain(lost);
    expect((await right(reader.fileContent(slug, lost, 'before.txt'))).content).toBe('before');
  });

  it.each([
    '',
    '/etc/passwd',
    '../token-key',
    'src/../../token-key',
    './habits.txt',
    'src',
    'a\0b',
    '*',
    ':/habits.txt',
  ])('knows no file %j', async (path) => {
    const [newest] = await right(reader.log(slug));
    expect(await left(reader.fileContent(slug, newest?.sha ?? '', path))).toMatchObject({
      code: 'unknown_file',
    });
  });

  it.each(['HEAD', 'main', '--output=/tmp/x', '0'.repeat(40), `${'a'.repeat(39)}`, 'main:habits.txt'])(
    'knows no commit %s',
    async (sha) => {
      expect(await left(reader.files(slug, sha))).toMatchObject({ code: 'unknown_commit' });
      expect(await left(reader.diff(slug, sha))).toMatchObject({ code: 'unknown_commit' });
      expect(await left(reader.fileContent(slug, sha, 'habits.txt'))).toMatchObject({
        code: 'unknown_commit',
      });
    },
  );

  it('knows no repository that was not provisioned', async () => {
    for (const name of ['000000000000', '../../etc', '']) {
      expect(await left(reader.log(name))).toMatchObject({ code: 'unknown_repository' });
    }
  });
});
