import { describe, expect, it } from 'vitest';
import { asPath, frameState, previewAddress } from './preview-state.ts';

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

describe('what the frame of an app that is up shows', () => {
  const place = { path: '/', canGoBack: false };
  it.each([
    ['the app, once it has said where it is', { place, absent: undefined }, false, false, 'shown'],
    ['the app, also while the server is away', { place, absent: undefined }, true, true, 'shown'],
    ['why there is none', { place: undefined, absent: 'crashed' }, true, false, 'crashed'],
    ['that it starts', { place: undefined, absent: 'starting' }, true, false, 'starting'],
    ['that it wakes, as a start', { place: undefined, absent: 'waking' }, true, false, 'starting'],
    ['that the server is away', { place: undefined, absent: undefined }, true, true, 'unreachable'],
    ['that it loads', { place: undefined, absent: undefined }, false, false, 'loading'],
    ['a page that lets no script of ours in', { place: undefined, absent: undefined }, true, false, 'shown'],
  ] as const)('%s', (_, frame, isLoaded, isAway, state) => {
    expect(frameState(frame, isLoaded, isAway)).toBe(state);
  });
});
