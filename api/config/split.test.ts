import { isLeft, isRight } from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';

/** Everything that has to be where every process reaches it. */
const SHARED = {
  EVENTSTORE_URL: 'esdb://node1:2113?tls=false',
  E2B_API_KEY: 'e2b_0123456789abcdef0123456789abcdef01234567',
  NEON_PROVISIONING_KEY: 'napi_0123456789abcdef',
  RESEND_PROVISIONING_KEY: 're_0123456789abcdef',
  GITHUB_PROVISIONING_TOKEN: 'github_pat_0123456789abcdef',
  POSTHOG_PROJECT_KEY: 'phc_0123456789abcdef',
  FIREBASE_PROJECT_ID: 'my-apps-12345',
  FIREBASE_API_KEY: 'AIzaSy0123456789abcdef0123456789abcdef',
  MK0R_MASTER_KEY: 'ab'.repeat(32),
  PUBLIC_URL: 'https://mk0r.example.com',
};

const refusals = (env: Readonly<Record<string, string>>) => {
  const read = readConfig(env);
  return isLeft(read) ? read.left : [];
};

describe.each(['api', 'worker'])('ROLE=%s', (ROLE) => {
  test('is accepted where everything that is shared can be reached by every process', () => {
    expect(refusals({ ...SHARED, ROLE })).toEqual([]);
    expect(isRight(readConfig({ ...SHARED, ROLE }))).toBe(true);
  });

  test('is refused without any of it, all at once, each with its reason and what to do', () => {
    const all = refusals({ ROLE });
    expect(all.map(({ variable }) => variable)).toEqual([
      'EVENTSTORE_URL',
      'E2B_API_KEY',
      'NEON_PROVISIONING_KEY',
      'RESEND_PROVISIONING_KEY',
      'GITHUB_PROVISIONING_TOKEN',
      'POSTHOG_PROJECT_KEY',
      'FIREBASE_PROJECT_ID',
      'FIREBASE_API_KEY',
      'MK0R_MASTER_KEY',
      'PUBLIC_URL',
    ]);
    for (const { variable, message } of all) {
      expect(message).toContain(`ROLE=${ROLE} needs ${variable}`);
      expect(message).toContain('or use ROLE=all');
    }
  });

  test.each(Object.keys(SHARED))('is refused without %s alone', (missing) => {
    const env: Record<string, string> = { ...SHARED, ROLE };
    delete env[missing];
    expect(refusals(env).map(({ variable }) => variable)).toContain(missing);
  });

  test('takes a GitHub App in the place of a token', () => {
    const { GITHUB_PROVISIONING_TOKEN: _, ...rest } = SHARED;
    const named = refusals({ ...rest, ROLE, GITHUB_APP_ID: '314159' }).map(({ variable }) => variable);
    expect(named).not.toContain('GITHUB_PROVISIONING_TOKEN');
  });
});

describe('ROLE=all', () => {
  test('needs nothing', () => {
    expect(refusals({ ROLE: 'all' })).toEqual([]);
    expect(refusals({})).toEqual([]);
  });
});
