import { describe, expect, test } from 'vitest';
import { createOperators } from './operators.ts';

const HOURS = 60 * 60 * 1_000;
const TOKEN = 'the-token-of-this-test';
const at = (start = 1_790_000_000_000) => {
  let ms = start;
  const pass = (by: number): void => {
    ms += by;
  };
  return { now: () => ms, pass };
};
const operators = ({ key = 'a key', clock = at() } = {}) =>
  createOperators({ adminToken: TOKEN, key }, clock.now);

describe('a sign-in', () => {
  test('is known by its cookie, for twelve hours', () => {
    const clock = at();
    const { signIn, read } = operators({ clock });
    const { id, until, cookie } = signIn();
    expect(read(cookie)).toEqual({ id, until });
    clock.pass(12 * HOURS - 1);
    expect(read(cookie)).toEqual({ id, until });
    clock.pass(1);
    expect(read(cookie)).toBeUndefined();
  });

  test('outlives a restart of the server, and not a change of the token, which changes the key', () => {
    const { cookie } = operators().signIn();
    expect(operators().read(cookie)).toBeDefined();
    expect(operators({ key: 'another key' }).read(cookie)).toBeUndefined();
  });

  test('is over when it is signed out, and no other one with it', () => {
    const { signIn, signOut, read, isStill } = operators();
    const [one, other] = [signIn(), signIn()];
    signOut(one);
    expect([read(one.cookie), isStill({ by: 'cookie', ...one })]).toEqual([undefined, false]);
    expect([read(other.cookie)?.id, isStill({ by: 'cookie', ...other })]).toEqual([other.id, true]);
  });

  test('cannot be made up, lengthened or passed on to another id', () => {
    const { signIn, read } = operators();
    const { cookie, until } = signIn();
    const [id, , mac] = cookie.split('.');
    for (const forged of [
      '',
      'x',
      `${id}.${until}`,
      `${id}.${until + 1}.${mac}`,
      `${'A'.repeat(22)}.${until}.${mac}`,
      `${cookie}.${mac}`,
      cookie.slice(0, -1),
    ])
      expect(read(forged), forged).toBeUndefined();
  });

  test('does not hold what it was bought with', () => {
    expect(operators().signIn().cookie).not.toContain(TOKEN);
  });
});

describe('the token', () => {
  test('is the operator, and what is nearly it is not', () => {
    const { isToken } = operators();
    expect([TOKEN, `${TOKEN}x`, TOKEN.slice(1), '', TOKEN.toUpperCase()].map(isToken)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test('that was never set makes nobody an operator', () => {
    const { cookie } = operators().signIn();
    const disabled = createOperators({ key: 'a key' });
    expect([disabled.isEnabled, disabled.isToken(''), disabled.read(cookie)]).toEqual([
      false,
      false,
      undefined,
    ]);
  });
});
