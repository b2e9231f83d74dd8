import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from '../domain/testing/property.ts';
import { createRedactor, isPublicName } from './redact.ts';

const URL = 'postgres://u:p%40ss@db.host/x';
const VALUES = {
  DATABASE_URL: URL,
  NEON_ROLE_PASSWORD: 'p@ss/word+1',
  NEON_ROLE_NAME: 'mk0r_abcdefghijkl',
  GITHUB_REPO: 'mk0r-abcdefghijkl',
  VITE_POSTHOG_KEY: 'phc_public_key',
  RESEND_API_KEY: 're_123456789',
  SHORT: 'abc',
  'written:RESEND_API_KEY': 're_123456789',
  'written:GITHUB_REPO': 'mk0r-abcdefghijkl',
};
const redact = createRedactor(VALUES);

describe('what an agent says', () => {
  test('names a secret instead of repeating it', () => {
    expect(redact.whole(`curl -H "re_123456789" ${URL}`)).toBe('curl -H "[RESEND_API_KEY]" [DATABASE_URL]');
  });

  test.each([
    ['percent-encoded', encodeURIComponent(VALUES.NEON_ROLE_PASSWORD)],
    ['in base64', Buffer.from(VALUES.NEON_ROLE_PASSWORD).toString('base64')],
  ])('does not repeat it %s either', (_, text) => {
    expect(redact.whole(`x${text}x`)).toBe('x[NEON_ROLE_PASSWORD]x');
  });

  test('may name what gives no access, also as it was last written', () => {
    const text = 'mk0r-abcdefghijkl mk0r_abcdefghijkl phc_public_key';
    expect(redact.whole(text)).toBe(text);
    expect(isPublicName('written:GITHUB_REPO')).toBe(true);
    expect(isPublicName('begun:GITHUB_REPO')).toBe(true);
    expect(isPublicName('written:RESEND_API_KEY')).toBe(false);
  });

  test('may use words that are short', () => {
    expect(redact.whole('abc')).toBe('abc');
  });
});

describe('what it is about to say', () => {
  holds(
    'never shows any part of a secret, at whatever point it is looked at',
    [
      fc.string({ maxLength: 20 }),
      fc.constantFrom(URL, 're_123456789', 'p@ss/word+1'),
      fc.string({ maxLength: 20 }),
    ],
    (before, secret, after) => {
      const text = `${before} ${secret} ${after}`;
      for (let length = 1; length <= text.length; length += 1) {
        const shown = redact.growing(text.slice(0, length));
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(secret.slice(0, 4));
      }
    },
    { runs: 50 },
  );

  test('shows everything else at once', () => {
    expect(redact.growing('Hello there.')).toBe('Hello there.');
  });
});
