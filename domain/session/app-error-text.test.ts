import { describe, expect, test } from 'vitest';
import { normalised, tidied } from './app-error-text.ts';

describe('two errors are the same one', () => {
  test.each([
    ['whatever place in the file', 'Unexpected token (12:5)', 'Unexpected token (14:31)'],
    [
      'whatever the dev server calls the module',
      'Failed to load http://a.preview.localhost:3000/src/App.tsx?t=1764441600',
      'Failed to load http://b.preview.localhost:4000/src/App.tsx?t=1764441999',
    ],
    [
      'whatever row it was about',
      'habit 6f3c1c0e-9a0d-4b5e-8a57-2f6f0d6f3b1a is not there',
      'habit 0a1b2c3d-9a0d-4b5e-8a57-2f6f0d6f3b1a is not there',
    ],
    ['however it is spaced', 'column  "day"\n does not exist', 'column "day" does not exist'],
  ])('%s', (_, one, other) => {
    expect(normalised(one)).toBe(normalised(other));
  });

  test.each([
    ['of another name', 'habits is not defined', 'checkIns is not defined'],
    ['of another column', 'column "day" does not exist', 'column "name" does not exist'],
    ['of another file', 'Failed to load /src/App.tsx', 'Failed to load /src/main.tsx'],
  ])('and not one %s', (_, one, other) => {
    expect(normalised(one)).not.toBe(normalised(other));
  });
});

describe('an error as it is kept', () => {
  test('has no colours of a terminal, and is no longer than somebody would read', () => {
    const { message, detail } = tidied({
      message: `\u001b[31mTypeError\u001b[39m: ${'x'.repeat(2_000)}`,
      detail: `at a\n\tat b\u0007${'y'.repeat(9_000)}`,
    });
    expect(message).toMatch(/^TypeError: x+$/);
    expect(message.length).toBe(500);
    expect(detail).toMatch(/^at a\n\tat by+$/);
    expect(detail?.length).toBe(4_000);
  });

  test('has its message in one line, without what a compiler drew around it', () => {
    const message =
      '[PARSE_ERROR] Unexpected token\n   ╭─[ src/App.tsx:7:18 ]\n   │\n 7 │ export const x = ;\n───╯';
    expect(tidied({ message }).message).toBe(
      '[PARSE_ERROR] Unexpected token [ src/App.tsx:7:18 ] 7 export const x = ;',
    );
  });

  test('does not say the same twice', () => {
    expect(tidied({ message: 'No', detail: ' No ' })).toEqual({ message: 'No' });
  });
});
