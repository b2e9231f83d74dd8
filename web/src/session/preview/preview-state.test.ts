import { describe, expect, it } from 'vitest';
import { asPath, previewAddress } from './preview-state.ts';

describe('the path bar', () => {
  it.each([
    ['/habits?week=2#top', '/habits?week=2#top'],
    ['habits', '/habits'],
    ['  /a b ', '/a b'],
    ['https://elsewhere.example/x?y=1', '/x?y=1'],
    ['//evil.example/x', '/evil.example/x'],
    ['\\\\evil.example', '/evil.example'],
    ['javascript:alert(1)', '/javascript:alert(1)'],
    ['', '/'],
  ])('reads %s as the path %s', (typed, path) => {
    expect(asPath(typed)).toBe(path);
  });

  it('never leads away from the app’s own origin', () => {
    const template = 'http://{slug}.preview.localhost:3000';
    for (const typed of ['//evil.example', 'https://evil.example/a', '\\\\evil.example', '@evil.example']) {
      expect(new URL(previewAddress(template, 'abc', asPath(typed))).origin).toBe(
        'http://abc.preview.localhost:3000',
      );
    }
  });
});
