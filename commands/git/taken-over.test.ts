import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { noSession, type SessionState } from '../../domain/session/state.ts';
import { leftOf } from '../../domain/testing/outcome.ts';
import type { Attempt, World } from '../effects/context.ts';
import type { ExecRequest, Sandbox } from '../ports/sandboxes.ts';
import { moveHistory } from './move.ts';
import { pushCommit } from './push.ts';
import { realign } from './realign.ts';

const sha = (letter: string): string => letter.repeat(40);
const [FROM, TO] = [sha('a'), sha('b')];

/** A sandbox at a commit, and which commits its working tree was put at by whom it was asked. */
const sandboxAt = (head: string) => {
  const putAt: (string | undefined)[] = [];
  const sandbox = {
    exec: ({ env }: ExecRequest) => {
      if (env?.MK0R_SHA !== undefined) putAt.push(env.MK0R_SHA);
      return TE.right({ exitCode: 0, stdout: `${head}\n`, stderr: '' });
    },
  } as unknown as Sandbox;
  return { sandbox, putAt };
};

const attemptOn = (state: SessionState, isTakenOver: boolean): Attempt => ({
  state,
  attemptId: 'attempt-1',
  signal: new AbortController().signal,
  isOver: () => isTakenOver,
  isTakenOver: async () => isTakenOver,
});

describe('a move whose data could not follow', () => {
  const move = { moveId: 'move-1', from: FROM, to: TO, kind: 'undo', restore: 'kept' } as const;
  const moved = async (isTakenOver: boolean) => {
    const { sandbox, putAt } = sandboxAt(FROM);
    const world = {
      sandboxes: { running: () => sandbox },
      providers: { neon: { provider: 'embedded' } },
      checkpoints: {
        restore:
          ({ meanwhile }: { readonly meanwhile: TE.TaskEither<unknown, void> }) =>
          async () => {
            await meanwhile();
            return E.left({ code: 'upstream_down', message: 'No answer.', retryable: true });
          },
      },
    } as unknown as World;
    const state = {
      ...noSession,
      mode: 'full',
      provisioned: { neon: { names: [], provider: 'embedded' } },
      history: { at: FROM, move },
    } as unknown as SessionState;
    const error = leftOf(await moveHistory(world, attemptOn(state, isTakenOver))());
    return { code: error.code, putAt };
  };

  test('takes the code back', async () => {
    expect(await moved(false)).toEqual({ code: 'upstream_down', putAt: [TO, FROM] });
  });

  test('leaves the code where another attempt has put it, once there is one', async () => {
    expect(await moved(true)).toEqual({ code: 'upstream_down', putAt: [TO] });
  });
});

describe('a sandbox that came back elsewhere than the log says', () => {
  const realigned = async (isTakenOver: boolean) => {
    const { sandbox, putAt } = sandboxAt(TO);
    const state = { ...noSession, history: { at: FROM } } as unknown as SessionState;
    const result = await realign({} as World, attemptOn(state, isTakenOver), sandbox)();
    return { isDone: E.isRight(result), putAt };
  };

  test('is put there', async () => {
    expect(await realigned(false)).toEqual({ isDone: true, putAt: [FROM] });
  });

  test('is left alone by an attempt that may have been taken over: the log may say more by now', async () => {
    expect(await realigned(true)).toEqual({ isDone: false, putAt: [] });
  });
});

describe('a push', () => {
  const pushed = async (isTakenOver: boolean) => {
    const { sandbox, putAt } = sandboxAt(FROM);
    const world = {
      sandboxes: { running: () => sandbox },
      agent: { setGitCredential: () => TE.right(undefined) },
      repository: { credential: () => TE.right({ url: 'http://git.test/app.git' }) },
      derive: () => 'token',
    } as unknown as World;
    const state = { ...noSession, history: { at: FROM } } as unknown as SessionState;
    const result = await pushCommit(world, attemptOn(state, isTakenOver))();
    return { isDone: E.isRight(result), putAt };
  };

  test('is of the commit the code stands at', async () => {
    expect(await pushed(false)).toEqual({ isDone: true, putAt: [FROM] });
  });

  test('is not made by an attempt that may have been taken over: the branch may be further on', async () => {
    expect(await pushed(true)).toEqual({ isDone: false, putAt: [] });
  });
});
