import { describe, expect, it } from 'vitest';
import { joinPathOf } from './join-link.ts';

const HERE = 'http://localhost:3000';
const SECRET = 's'.repeat(43);

describe('a link that is pasted', () => {
  it('leads to the app', () => {
    expect(joinPathOf(` ${HERE}/join/abc123#${SECRET}\n`, HERE)).toBe(`/join/abc123#${SECRET}`);
  });

  it.each([
    ['nothing', ''],
    ['words', 'the link'],
    ['one of another server', `https://evil.example/join/abc123#${SECRET}`],
    ['an address of the app', `${HERE}/s/abc123#${SECRET}`],
    ['one without its secret', `${HERE}/join/abc123`],
    ['a script', 'javascript:alert(1)'],
  ])('leads nowhere where it is %s', (_, text) => expect(joinPathOf(text, HERE)).toBeUndefined());
});
