import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { blobId } from '../../commands/git/objects.ts';
import { keptPage } from '../../commands/quick/kept-pages.ts';
import { pageSaying } from '../../commands/testing/page-writer.ts';
import { createMemoryVault } from '../../commands/testing/vault.ts';
import { QUICK_ROOT } from '../../domain/session/history.ts';
import { createKeptPages, quickReader } from './quick-pages.ts';

const SESSION = 'abcdefghijklmnopqrst';
const AT = '2026-03-04T05:06:07.000Z';
const vault = createMemoryVault();
const pages = createKeptPages(vault);
const reader = quickReader(pages);
let first: string;
let second: string;

const kept = async (parent: string, words: string): Promise<string> => {
  const { sha, values } = keptPage({ parent, title: words, content: pageSaying(words), at: AT });
  await vault.put(SESSION, values)();
  return sha;
};
const right = async <A>(task: TaskEither<{ readonly code: string }, A>): Promise<A | string> => {
  const answer = await task();
  return E.isRight(answer) ? answer.right : answer.left.code;
};

beforeAll(async () => {
  await vault.openSession(SESSION)();
  first = await kept(QUICK_ROOT, 'one');
  second = await kept(first, 'two');
});

describe('the versions of a quick page, as a repository', () => {
  test('have one file each, and none before the first', async () => {
    const oid = blobId(pageSaying('one'));
    expect(await right(reader.files(SESSION, first))).toMatchObject([{ path: 'index.html', oid }]);
    expect(await right(reader.files(SESSION, QUICK_ROOT))).toEqual([]);
    expect(await right(reader.fileContent(SESSION, first, 'index.html'))).toMatchObject({
      content: pageSaying('one'),
      oid,
    });
    expect(`${await right(reader.blob(SESSION, oid))}`).toBe(pageSaying('one'));
  });

  test('say what each has changed', async () => {
    expect(await right(reader.diff(SESSION, first))).toMatchObject({ files: [{ status: 'added' }] });
    const changed = JSON.stringify(await right(reader.diff(SESSION, second)));
    expect(changed).toContain('-<html lang=');
    expect(changed).toContain('two');
  });

  test('are searched', async () => {
    expect(await right(reader.search(SESSION, second, 'TWO'))).toMatchObject({
      hits: [{ path: 'index.html', line: 2 }],
    });
  });

  test('are not there for what is none of them, nor for another session', async () => {
    expect(await right(reader.files(SESSION, 'f'.repeat(40)))).toBe('unknown_commit');
    expect(await right(reader.fileContent(SESSION, first, 'src/App.tsx'))).toBe('unknown_file');
    expect(await right(reader.files('another', first))).toBe('unknown_commit');
  });

  test('are known by what is in them: another text under the same name is none', async () => {
    await vault.openSession('forged')();
    const { values } = keptPage({ parent: QUICK_ROOT, title: 'a', content: pageSaying('a'), at: AT });
    const [[name = '', text = ''] = []] = Object.entries(values);
    await vault.put('forged', { [name]: text.replace('<p>a', '<p>b') })();
    expect(await right(reader.files('forged', name.replace('page:', '')))).toBe('unknown_commit');
  });

  test('that are at hand go with their session', async () => {
    let isOpen = true;
    const atHand = createKeptPages(vault, { most: 5, isOpen: () => isOpen });
    await right(atHand.read(SESSION, first));
    isOpen = false;
    await right(atHand.read(SESSION, second));
    await vault.shred(SESSION)();
    expect(await right(atHand.read(SESSION, first))).toBeUndefined();
  });
});
