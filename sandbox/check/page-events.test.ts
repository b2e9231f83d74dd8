import { describe, expect, it } from 'vitest';
import { isQuiet, note, type Seen, unseen } from './page-events.ts';

const ORIGIN = 'http://127.0.0.1:5173';

/** A page as the DevTools protocol of Chromium tells of it: a document, and what it asks for. */
describe('what a page has asked for', () => {
  const page = (...events: readonly (readonly [string, Record<string, unknown>])[]): Seen => {
    const seen = unseen(0);
    for (const [method, params] of events) note(seen, ORIGIN, { method, params }, 0);
    return seen;
  };
  const opens = (document: string) => ['Page.frameNavigated', { frame: { loaderId: document } }] as const;
  const asks = (document: string, id: string, url: string) =>
    ['Network.requestWillBeSent', { requestId: id, loaderId: document, request: { url } }] as const;
  const answers = (id: string, status: number, type = 'Script') =>
    ['Network.responseReceived', { requestId: id, type, response: { status } }] as const;
  const ends = (id: string) => ['Network.loadingFinished', { requestId: id }] as const;
  const HAS_LOADED = ['Page.loadEventFired', {}] as const;
  const LATER = 1_000;

  it('is waited for', () => {
    const loading = [opens('d'), asks('d', '1', `${ORIGIN}/src/App.tsx`), HAS_LOADED] as const;
    expect(isQuiet(page(...loading), LATER)).toBe(false);
    expect(isQuiet(page(...loading, ends('1')), LATER)).toBe(true);
  });

  it('is not waited for once the page was loaded anew', () => {
    const anew = [
      ...[opens('before'), asks('before', '1', `${ORIGIN}/src/App.tsx`), HAS_LOADED],
      ...[asks('after', '2', `${ORIGIN}/`), opens('after')],
    ];
    expect(isQuiet(page(...anew, ends('2')), LATER)).toBe(false);
    expect(isQuiet(page(...anew, HAS_LOADED), LATER)).toBe(false);
    expect(isQuiet(page(...anew, ends('2'), HAS_LOADED), LATER)).toBe(true);
  });

  it('is still waited for when a frame within the page is loaded', () => {
    const frame = ['Page.frameNavigated', { frame: { loaderId: 'f', parentId: 'main' } }] as const;
    const seen = page(opens('d'), asks('d', '1', `${ORIGIN}/src/App.tsx`), HAS_LOADED, frame);
    expect([...seen.underway.keys()]).toEqual(['1']);
    expect(seen.hasLoaded).toBe(true);
  });

  it('is not waited for where it belongs to others', () => {
    const seen = page(opens('d'), asks('d', '1', 'https://fonts.example/inter.css'), HAS_LOADED);
    expect(isQuiet(seen, LATER)).toBe(true);
    note(seen, ORIGIN, { method: 'Network.loadingFinished', params: { requestId: '1' } }, LATER);
    expect(isQuiet(seen, LATER)).toBe(true);
    note(
      seen,
      ORIGIN,
      { method: 'Network.loadingFailed', params: { requestId: '1', type: 'Stylesheet' } },
      LATER,
    );
    expect(seen.errors).toEqual([]);
  });

  it('is not waited for where it is a stream', () => {
    const events = asks('d', '1', `${ORIGIN}/api/events`);
    expect(isQuiet(page(opens('d'), events, answers('1', 200, 'EventSource'), HAS_LOADED), LATER)).toBe(true);
  });

  it('is an error where a part of the page is not there, or its server fails', () => {
    const asked = (status: number, type: string) =>
      page(opens('d'), asks('d', '1', `${ORIGIN}/src/App.tsx?t=1`), answers('1', status, type)).errors;
    expect(asked(404, 'Script')).toEqual(['/src/App.tsx answered 404.']);
    expect(asked(500, 'Fetch')).toEqual(['/src/App.tsx answered 500.']);
    expect(asked(404, 'Fetch')).toEqual([]);
  });
});
