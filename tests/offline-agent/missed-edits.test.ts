import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { missedEdits } from '../../sandbox/template/server/missed-edits.ts';

type Configure = (server: {
  readonly config: { readonly root: string };
  readonly watcher: EventEmitter;
  readonly httpServer: EventEmitter;
}) => void;

describe('what a file watcher misses', () => {
  const watcher = new EventEmitter();
  let root: string;
  let page: string;
  let reported: string[];
  let written = 0;

  const write = (): void => {
    writeFileSync(page, '');
    written += 1;
    utimesSync(page, written, written);
  };
  beforeEach(() => {
    vi.useFakeTimers();
    root = mkdtempSync(join(tmpdir(), 'mk0r-missed-'));
    mkdirSync(join(root, 'src'));
    page = join(root, 'src/App.tsx');
    write();
    reported = [];
    watcher.removeAllListeners().on('change', (path: string) => reported.push(path));
    (missedEdits().configureServer as unknown as Configure)({
      config: { root },
      watcher,
      httpServer: new EventEmitter(),
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(root, { recursive: true, force: true });
  });

  it('is reported while it is being set up', () => {
    write();
    vi.advanceTimersByTime(1_000);
    expect(reported).toEqual([page]);
  });

  it('is reported of what is to be served as it is, too', () => {
    const added: string[] = [];
    watcher.on('add', (path: string) => added.push(path));
    const picture = join(root, 'public/attachments/a1b2.png');
    mkdirSync(join(root, 'public/attachments'), { recursive: true });
    writeFileSync(picture, '');
    vi.advanceTimersByTime(1_000);
    expect(added).toEqual([picture]);
  });

  it('is reported where an edit follows too closely on one that the watcher has told of, at any time', () => {
    vi.advanceTimersByTime(60_000);
    write();
    watcher.emit('change', page);
    write();
    vi.advanceTimersByTime(1_000);
    expect(reported).toEqual([page, page]);
  });

  it('is nothing where the watcher has told of the last edit, or the file is gone', () => {
    vi.advanceTimersByTime(60_000);
    write();
    watcher.emit('change', page);
    vi.advanceTimersByTime(1_000);
    write();
    watcher.emit('change', page);
    rmSync(page);
    vi.advanceTimersByTime(1_000);
    expect(reported).toEqual([page, page]);
  });
});
