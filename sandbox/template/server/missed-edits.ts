import { join } from 'node:path';
import type { Plugin } from 'vite';
import { codeFiles, modifiedAt } from './code-files.ts';

/** Of `public`, Vite serves what it knows of: what it was not told of is answered with the page. */
const FOLDERS = ['src', 'server', 'shared', 'public'];
const ENV = '.env';
const EVERY_MS = 250;
/** Long enough for a watcher to be set up on a busy machine. */
const WATCH_FOR_MS = 20_000;
/** For 50 ms after it has reported a file, Vite's watcher drops what else happens to that file. */
const AGAIN_MS = 100;

/**
 * Reports the edits that Vite's file watcher does not, which would never be served. For a while after each start it looks
 * for itself: a watcher reports nothing that happens while it is being set up, and Vite sets one up again whenever `.env`
 * changes (of `.env`, what was written since Vite began to start). Later it looks again at each file that was reported:
 * a watcher reports nothing that follows too closely.
 */
export function missedEdits(): Plugin {
  const began = modifiedAt(ENV);
  return {
    name: 'missed-edits',
    configureServer(server) {
      const { root } = server.config;
      const env = join(root, ENV);
      const files = () => codeFiles(root, FOLDERS).set(env, modifiedAt(env));
      const seen = files().set(env, began);
      const later = new Map<string, NodeJS.Timeout>();

      const compare = (path: string, at = modifiedAt(path)) => {
        const before = seen.get(path);
        if (before === at) return;
        seen.set(path, at);
        server.watcher.emit(before === undefined ? 'add' : 'change', path);
      };
      const again = (path: string) => {
        later.delete(path);
        // What is gone is the watcher's to report.
        if (modifiedAt(path) !== 0) compare(path);
      };
      const note = (path: string) => {
        seen.set(path, modifiedAt(path));
        clearTimeout(later.get(path));
        later.set(
          path,
          setTimeout(() => again(path), AGAIN_MS),
        );
      };
      server.watcher.on('add', note).on('change', note);

      const look = () => {
        for (const [path, at] of files()) compare(path, at);
      };
      const timer = setInterval(look, EVERY_MS);
      const stop = setTimeout(() => clearInterval(timer), WATCH_FOR_MS);
      server.httpServer?.once('close', () => {
        clearInterval(timer);
        for (const timeout of [stop, ...later.values()]) clearTimeout(timeout);
      });
    },
  };
}
