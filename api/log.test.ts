import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SEED } from '../domain/testing/reach.ts';
import { createLogger, createScrubber, logStep, type Scrubber } from './log.ts';

const logged = (format: 'pretty' | 'json', scrub: Scrubber = createScrubber()) => {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'debug',
    format,
    scrub,
    colorize: false,
    out: { write: (text) => lines.push(text) },
  });
  return { logger, lines, text: () => lines.join('') };
};

const CONTROL = /[\p{Cc}\u2028\u2029\u202e]/gu;
const SECRET = 'npg_9f2c/+a b"ü~7Q';

describe('the scrubber', () => {
  const scrub = createScrubber();
  scrub.register(SECRET);

  test.each([
    ['raw', SECRET],
    ['inside a JSON string', JSON.stringify({ url: `postgresql://u:${SECRET}@h/d` })],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['percent-encoded in lower case', encodeURIComponent(SECRET).replaceAll(/%../g, (e) => e.toLowerCase())],
    ['form-encoded', encodeURIComponent(SECRET).replaceAll('%20', '+')],
    ['base64', Buffer.from(SECRET).toString('base64')],
    ['base64url', Buffer.from(SECRET).toString('base64url')],
    ['hex', Buffer.from(SECRET).toString('hex')],
    ['basic authorization', Buffer.from(`user:${SECRET}`).toString('base64')],
  ])('takes out a value that is %s', (_form, text) => {
    const clean = scrub.scrub(`before ${text} after`);
    expect(clean).toContain('[secret]');
    expect(clean).toMatch(/^before .* after$/);
    // At most the characters a base64 neighbour shares with the value may be left.
    expect(clean.length).toBeLessThan('before [secret] after'.length + 60);
  });

  test('finds base64 of a value at any offset inside something longer', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 9 }),
        fc.string({ unit: 'binary', maxLength: 9 }),
        (before, after) => {
          const text = Buffer.from(before + SECRET + after).toString('base64');
          expect(scrub.scrub(text)).toContain('[secret]');
        },
      ),
      { seed: SEED },
    );
  });

  test('takes out every value that was registered, and nothing else', () => {
    const text = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 5 }), fc.array(fc.string()), (secrets, words) => {
        const scrubber = createScrubber();
        for (const secret of secrets) scrubber.register(secret);
        const clean = scrubber.scrub([...words, ...secrets].join('|'));
        for (const secret of secrets) expect(clean).not.toContain(secret);
        for (const secret of secrets) scrubber.unregister(secret);
        expect(scrubber.scrub(secrets.join('|'))).toBe(secrets.join('|'));
      }),
      { seed: SEED },
    );
  });

  test('keeps a value as long as anybody who registered it does', () => {
    const twice = createScrubber();
    twice.register('a shared secret');
    twice.register('a shared secret');
    twice.unregister('a shared secret');
    expect(twice.scrub('a shared secret')).toBe('[secret]');
    twice.unregister('a shared secret');
    expect(twice.scrub('a shared secret')).toBe('a shared secret');
  });

  test('ignores values too short to be secrets', () => {
    const short = createScrubber();
    short.register('haiku');
    expect(short.scrub('haiku')).toBe('haiku');
  });
});

describe('the log', () => {
  test.each(['pretty', 'json'] as const)('holds no secret in %s, wherever it came from', (format) => {
    const scrub = createScrubber();
    scrub.register(SECRET);
    const { logger, text } = logged(format, scrub);
    logger.info({ url: `http://h/?k=${encodeURIComponent(SECRET)}` }, `connecting as ${SECRET}`);
    logger.error(new Error(`password ${SECRET} refused`));
    logger.warn({ nested: { deep: [SECRET] } }, 'odd');
    expect(text()).not.toContain(SECRET);
    expect(text()).not.toContain(JSON.stringify(SECRET).slice(1, -1));
    expect(text().match(/\[secret\]/g)?.length).toBeGreaterThanOrEqual(4);
  });

  test('is one JSON object a line, whatever strangers put into it', () => {
    const { logger, lines } = logged('json');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, key) => {
        lines.length = 0;
        logger.info({ [key]: text }, text);
        expect(lines).toHaveLength(1);
        expect(lines[0]?.match(CONTROL)).toEqual(['\n']);
        expect(JSON.parse(lines[0] ?? '').msg).toBe(text);
      }),
      { seed: SEED },
    );
  });

  test('for a person stays one line and never colours by the hand of a stranger', () => {
    const { logger, lines } = logged('pretty');
    logger.info({ from: 'agent\u001b[2J' }, 'said: \u001b[31mFATAL\u001b[0m\r\nINFO all is well\u202e');
    expect(lines.join('')).toMatch(/said: \\u001b\[31mFATAL\\u001b\[0m\\u000d⏎INFO all is well\\u202e/);
    expect(lines.join('').match(CONTROL)).toEqual(['\n']);
  });

  test('shows a step of a session as one line', () => {
    const { logger, lines } = logged('pretty');
    logStep(logger, { slug: 'abc123def456', step: 'neon', outcome: 'done', ms: 31.2 });
    logStep(logger, {
      slug: 'abc123def456',
      step: 'resend',
      outcome: 'failed',
      attempt: 2,
      reason: 'connection refused',
    });
    expect(lines[0]).toMatch(/^\[[\d:.]+\]:? session abc123def456 · neon ✓ 31 ms\n$/);
    expect(lines[1]).toMatch(/WARN.* session abc123def456 · resend ✗ \(attempt 2\) — connection refused\n$/);
  });

  test('keeps the facts of a step as fields where lines are JSON', () => {
    const { logger, lines } = logged('json');
    logStep(logger, { slug: 'abc123def456', step: 'vm_boot', outcome: 'done', ms: 412 });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      slug: 'abc123def456',
      step: 'vm_boot',
      outcome: 'done',
      ms: 412,
    });
  });
});
