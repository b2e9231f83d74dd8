import { afterEach, describe, expect, test, vi } from 'vitest';
import { patiently } from './retry.ts';

afterEach(() => void vi.restoreAllMocks());

const never = new AbortController().signal;

describe('what is not there yet', () => {
  test('is tried again until it is', async () => {
    const answers = [undefined, undefined, 'here'];
    expect(await patiently(async () => answers.shift(), never)).toBe('here');
  });

  test('is tried once more where this process stood still for all of its patience', async () => {
    let now = 1_000;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    let tries = 0;
    const found = await patiently(async () => {
      tries += 1;
      now += 60_000;
      return tries === 2 ? 'here' : undefined;
    }, never);
    expect(found).toBe('here');
  });

  test('is given up on once patience has ended, or nobody waits any more', async () => {
    let tries = 0;
    const nothing = async () => {
      tries += 1;
      return undefined;
    };
    expect(await patiently(nothing, never, 0)).toBeUndefined();
    expect(tries).toBe(2);
    expect(await patiently(nothing, AbortSignal.abort())).toBeUndefined();
    expect(tries).toBe(3);
  });
});
