import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../ports/sandboxes.ts';
import { commitTurn } from './commit.ts';

const SHA = 'a'.repeat(40);
const BASE = 'b'.repeat(40);
const ENDPOINT = { origin: 'http://sandbox', headers: {} };
const unused = () => async () => E.left({ code: 'unused', message: '', retryable: false });

/** A sandbox in which git prints this. */
const printing = (stdout: string, exitCode = 0): Sandbox => ({
  name: 's',
  bridge: ENDPOINT,
  preview: ENDPOINT,
  exec: () => async () => E.right({ exitCode, stdout, stderr: 'fatal: no' }),
  readFile: unused,
  writeFile: unused,
  devServer: unused,
});

const committed = (stdout: string, exitCode?: number) =>
  commitTurn(printing(stdout, exitCode), { base: BASE, message: 'm' })();

describe('the commit of a turn', () => {
  test('names its files and what happened to them', async () => {
    const output = `${SHA}\nA\0src/new.ts\0M\0package.json\0D\0old file.ts\0T\0link\0`;
    expect(await committed(output)).toEqual(
      E.right({
        sha: SHA,
        changed: [
          { path: 'src/new.ts', status: 'added' },
          { path: 'package.json', status: 'modified' },
          { path: 'old file.ts', status: 'deleted' },
          { path: 'link', status: 'modified' },
        ],
      }),
    );
  });

  test('takes a path as it is, line breaks and quotes included', async () => {
    expect(await committed(`${SHA}\nA\0a\n"b".ts\0`)).toMatchObject({
      right: { changed: [{ path: 'a\n"b".ts' }] },
    });
  });

  test('is none when nothing changed', async () => {
    expect(await committed(`${BASE}\n`)).toEqual(E.right(undefined));
  });

  test('names no more files than a page can show', async () => {
    const many = Array.from({ length: 900 }, (_, index) => `A\0f${index}\0`).join('');
    const result = await committed(`${SHA}\n${many}`);
    expect(E.isRight(result) && result.right?.changed).toHaveLength(500);
  });

  test.each([
    ['nothing', ''],
    ['a word', 'HEAD\n'],
    ['a shorter name', `${'a'.repeat(39)}\n`],
    ['a message before it', `warning: x\n${SHA}\n`],
  ])('is not made of %s: the sandbox is not trusted', async (_, output) => {
    expect(await committed(output)).toMatchObject({ left: { code: 'git_unreadable' } });
  });

  test('says what git said when it failed', async () => {
    expect(await committed('', 128)).toMatchObject({
      left: { code: 'command_failed', detail: expect.stringContaining('fatal: no') },
    });
  });
});
