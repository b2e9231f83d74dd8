import { parse } from 'dotenv';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { noSession, type SessionState } from '../../domain/session/state.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import { createMemoryVault } from '../testing/vault.ts';
import type { World } from './context.ts';
import { writeEnvFile } from './env.ts';

const SESSION = 'abcdefghijklmnopqrst';
const LOST = { code: 'timeout', message: 'No answer in time.', retryable: true };

const withMail: SessionState = {
  ...noSession,
  sessionId: SESSION,
  steps: { resend: { status: 'done', endedAt: '', attempt: 1 } },
};

/** A session whose file can be written, and whose writes may do what they were asked and not say so. */
const session = async () => {
  const vault = createMemoryVault();
  await vault.openSession(SESSION)();
  let file = '';
  let fate: 'written' | 'written, answer lost' | 'not written' = 'written';
  const sandbox = {
    readFile: () => TE.right(file),
    writeFile: (_path: string, content: string) => async () => {
      if (fate !== 'not written') file = content;
      return fate === 'written' ? E.right(undefined) : E.left(LOST);
    },
  } as unknown as Sandbox;
  const world = { vault } as unknown as World;
  return {
    write: async (key: string, next: typeof fate = 'written') => {
      fate = next;
      await vault.put(SESSION, { RESEND_API_KEY: key })();
      return writeEnvFile(world, { state: withMail, isOver: () => false }, sandbox)();
    },
    edit: (change: (content: string) => string) => {
      file = change(file);
    },
    key: () => parse(file).RESEND_API_KEY,
  };
};

describe('a write of the env file that does not say how it ended', () => {
  test.each([
    ['the file was written', 'written, answer lost'],
    ['it was not', 'not written'],
  ] as const)(
    'is not taken for the user’s own the next time, when the value has changed: %s',
    async (_, fate) => {
      const { write, key } = await session();
      await write('first');
      expect(E.isLeft(await write('second', fate))).toBe(true);
      await write('third');
      expect(key()).toBe('third');
    },
  );

  test('nor after several of them', async () => {
    const { write, key } = await session();
    await write('first', 'written, answer lost');
    await write('second', 'not written');
    await write('third', 'not written');
    await write('fourth');
    expect(key()).toBe('fourth');
  });

  test('and leaves the user’s own theirs', async () => {
    const { write, edit, key } = await session();
    await write('first');
    await write('second', 'written, answer lost');
    edit((content) => content.replace('second', 'mine'));
    await write('third', 'not written');
    await write('fourth');
    expect(key()).toBe('mine');
  });
});
