import { join } from 'node:path';
import type { Plugin } from 'vite';
import { codeFiles, modifiedAt } from './code-files.ts';

const CODE = ['src', 'server', 'shared'];
const ENV = '.env';
const EVERY_MS = 250;
/** Long enough for a watcher to be set up on a busy machine. */
const WATCH_FOR_MS = 20_000;

/**
 * A file watcher reports nothing that happens while it is being set up, and Vite sets one up again whenever `.env`
 * changes: an edit in that moment would never be served. For a while after each start this looks for itself, and
 * reports what the watcher has not; of `.env`, what was written since Vite began to start.
 */
export function missedEdits(): Plugin {
  const began = modifiedAt(ENV);
  return {
    name: 'missed-edits',
    configureServer(server) {
      const { root } = server.config;
      const env = join(root, ENV);
      const files = () => codeFiles(root, CODE).set(env, modifiedAt(env));
      const seen = files().set(env, began);
      const note = (path: string) => seen.set(path, modifiedAt(path));
      server.watcher.on('add', note).on('change', note);

      const look = () => {
        for (const [path, at] of files()) {
          const before = seen.get(path);
          if (before === at) continue;
          seen.set(path, at);
          server.watcher.emit(before === undefined ? 'add' : 'change', path);
        }
      };
      const timer = setInterval(look, EVERY_MS);
      const stop = setTimeout(() => clearInterval(timer), WATCH_FOR_MS);
      server.httpServer?.once('close', () => {
        clearInterval(timer);
        clearTimeout(stop);
      });
    },
  };
}
