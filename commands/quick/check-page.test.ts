import { describe, expect, test } from 'vitest';
import { checkPage } from './check-page.ts';

const page = (inside: string): string => `<!doctype html>\n<html lang="en">${inside}</html>\n`;

describe('a page', () => {
  test.each([
    ['whole', page('<p>Hello</p>')],
    ['without a doctype', '<html><p>Hello</p></html>'],
    ['with a script', page('<script>const a = 1;</script>')],
    ['with data in a script', page('<script type="application/json">{"a":</script>')],
    ['with a script that would do harm if it ran', page('<script>process.exit(1)</script>')],
  ])('passes: %s', (_, text) => {
    expect(checkPage(text).outcome).toBe('passed');
  });

  test.each([
    ['does not begin with', 'Hello'],
    ['cut off', '<!doctype html><html><p>Hello'],
    ['cannot be read', page('<script>let (</script>')],
    ['cannot be read', page('<SCRIPT>\nif (</SCRIPT >')],
    ['bytes', page('x'.repeat(256 * 1024))],
  ])('fails, and says why: %s', (why, text) => {
    expect(checkPage(text)).toMatchObject({ outcome: 'failed', detail: expect.stringContaining(why) });
  });

  test.each([
    ['comments', '<!-- -->'],
    ['scripts', '<script'],
    ['scripts that are open', '<script>'],
    ['ends', '</html '],
  ])('is looked through to its end, also where it is made of nothing but %s', (_, part) => {
    const much = part.repeat(Math.floor((200 * 1024) / part.length));
    expect(checkPage(much).outcome).toBe('failed');
    expect(['passed', 'failed']).toContain(checkPage(page(much)).outcome);
  });
});
