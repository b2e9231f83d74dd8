import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { noSession } from '../../domain/session/state.ts';
import type { Provisioned, ServiceProvider } from '../ports/services.ts';
import { createMemoryVault } from '../testing/vault.ts';
import type { World } from './context.ts';
import { provisionService } from './services.ts';

const SESSION = 'abcdefghijklmnopqrst';

test('an answer that comes after it was given up on does not take the place of what the next attempt was given', async () => {
  const vault = createMemoryVault();
  await vault.openSession(SESSION)();
  const answers: ((made: Provisioned) => void)[] = [];
  const resend = {
    service: 'resend',
    provider: 'slow',
    provision: () => () => new Promise((resolve) => answers.push((made) => resolve(E.right(made)))),
  } as unknown as ServiceProvider;
  const world = { vault, providers: { resend } } as unknown as World;
  const state = { ...noSession, sessionId: SESSION };
  const { signal } = new AbortController();
  const attempt = (attemptId: string, isOver: () => boolean) =>
    provisionService('resend')(world, {
      state,
      attemptId,
      signal,
      isOver,
      isTakenOver: async () => isOver(),
    })();
  const asked = (times: number) => expect.poll(() => answers.length).toBe(times);
  const keyed = (key: string): Provisioned => ({
    resourceId: 'audience',
    facts: {},
    env: { RESEND_API_KEY: key },
  });

  let isLate = false;
  const first = attempt('first', () => isLate);
  await asked(1);
  isLate = true;
  const second = attempt('second', () => false);
  await asked(2);
  answers[1]?.(keyed('the new one'));
  expect(E.isRight(await second)).toBe(true);
  answers[0]?.(keyed('the one it replaced'));
  expect(await first).toMatchObject({ left: { code: 'too_late' } });
  expect(await vault.all(SESSION)()).toEqual(E.right({ RESEND_API_KEY: 'the new one' }));
});

describe('a value that the env file cannot hold', () => {
  const given = async (env: Readonly<Record<string, string>>) => {
    const vault = createMemoryVault();
    await vault.openSession(SESSION)();
    const made: Provisioned = { resourceId: 'db', facts: {}, env };
    const neon = { service: 'neon', provider: 'odd', provision: () => async () => E.right(made) };
    const world = { vault, providers: { neon } } as unknown as World;
    const state = { ...noSession, sessionId: SESSION };
    const { signal } = new AbortController();
    const attempt = {
      state,
      attemptId: 'first',
      signal,
      isOver: () => false,
      isTakenOver: async () => false,
    };
    const result = await provisionService('neon')(world, attempt)();
    return { result, kept: await vault.all(SESSION)() };
  };

  test.each([
    ['a quote', "pass'word"],
    ['a dollar sign', 'pa$$word'],
    ['a line of its own', 'pass\nADMIN=1'],
  ])(
    'because of %s fails its leg for good, names the variable, and does not say the value',
    async (_, value) => {
      const { result, kept } = await given({ NEON_HOST: 'db.test', NEON_ROLE_PASSWORD: value });
      expect(result).toMatchObject({ left: { code: 'value_not_writable', retryable: false } });
      const said = JSON.stringify(result);
      expect(said).toContain('NEON_ROLE_PASSWORD');
      expect(said).not.toContain('NEON_HOST');
      expect(said).not.toContain(JSON.stringify(value).slice(1, -1));
      expect(kept).toEqual(E.right({}));
    },
  );

  test('is not taken for one when every value can be written', async () => {
    const { result } = await given({ NEON_HOST: 'db.test', NEON_ROLE_PASSWORD: 'a#b "c" \\d' });
    expect(result).toMatchObject({ right: [{ type: 'NeonProvisioned' }] });
  });
});
