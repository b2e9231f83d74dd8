import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionView } from '../../../projections/views.ts';
import { keepDraft, recallDraft } from '../first/draft.ts';
import { forgetPicture, forgetPicturesBut, pictureOf } from '../first/pictures.ts';
import { forget, keep, recall } from './kept.ts';
import { begin, type Sync } from './sync.ts';

const WORDS = 'A diary for my divorce';

/** Enough of `Storage` to be kept in and searched: entries are properties of their own, as in a browser. */
const storage = (): Storage =>
  Object.create(
    {
      getItem(key: string) {
        return Reflect.get(this, key) ?? null;
      },
      setItem(key: string, value: string) {
        Reflect.set(this, key, value);
      },
      removeItem(key: string) {
        Reflect.deleteProperty(this, key);
      },
    },
    {},
  );

let state: unknown;
beforeEach(() => {
  state = { prompt: WORDS };
  vi.stubGlobal('__BUILD__', 'b');
  vi.stubGlobal('sessionStorage', storage());
  vi.stubGlobal('localStorage', storage());
  vi.stubGlobal('history', {
    replaceState: (next: unknown) => {
      state = next;
    },
  });
});
afterEach(() => void vi.unstubAllGlobals());

const at = (path: string): void =>
  void vi.stubGlobal('location', { pathname: path, href: `https://mk0r.example${path}` });

const shown = (session: string, phase: SessionView['phase'] = 'ready'): Sync => ({
  ...begin(session, {
    epoch: 'e',
    pos: 3,
    views: { view: { sessionId: session, phase, title: WORDS }, transcript: { turns: [] } } as never,
  }),
  phase: 'live',
});

/** As a tab leaves a session that is open in it: seen, written in, and drawn. */
const leave = (session: string): Sync => {
  at(`/s/${session}`);
  const sync = shown(session);
  keep(sync);
  keepDraft(session, WORDS);
  localStorage.setItem(
    `mk0r-picture-${session}`,
    JSON.stringify({ at: 1, picture: 'data:image/webp;base64,AA' }),
  );
  return sync;
};

const left = (): readonly string[] => [...Object.keys(sessionStorage), ...Object.keys(localStorage)];

describe('what a tab keeps of a session', () => {
  it('is there again after a reload: what was seen, and what was typed', () => {
    leave('kept');
    expect(recall('kept')?.views.view.title).toBe(WORDS);
    expect(recallDraft('kept')).toBe(WORDS);
    expect(pictureOf('kept')).toBeDefined();
  });

  it('is gone once it is deleted, also from where the page was opened with its first words', () => {
    leave('deleted');
    forget('deleted');
    expect(left()).toEqual([]);
    expect(state).toBeNull();
  });

  it('is not kept anew by a page that is left after that, still showing it', () => {
    const sync = leave('left-after');
    forget('left-after');
    at('/');
    keep(sync);
    keepDraft('left-after', WORDS);
    expect(left()).toEqual([]);
  });

  it.each([
    ['is being deleted', (session: string) => shown(session, 'closing')],
    ['is deleted', (session: string) => shown(session, 'closed')],
    ['is not to be found any more', (session: string): Sync => ({ ...shown(session), phase: 'gone' })],
  ])('is gone where another browser says that it %s', (how, become) => {
    leave(how);
    keep(become(how));
    expect(left()).toEqual([]);
  });

  it('stays as it is when another one is deleted', () => {
    leave('other');
    leave('this');
    at('/s/other');
    forget('this');
    expect(recall('other')?.views.view.title).toBe(WORDS);
    expect(recallDraft('other')).toBe(WORDS);
    expect(pictureOf('other')).toBeDefined();
    expect(state).toEqual({ prompt: WORDS });
  });

  it('is a picture no longer than its app is listed', () => {
    leave('listed');
    leave('unlisted');
    forgetPicturesBut(new Set(['listed']));
    expect([pictureOf('listed'), pictureOf('unlisted')]).toEqual([expect.any(String), undefined]);
    forgetPicture('listed');
  });
});
