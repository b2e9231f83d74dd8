import { accessSync, constants, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where distributions put a Chromium. A snap's cannot be started inside a sandbox. */
const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
] as const;

export type Browser = {
  readonly path: string;
  /** A directory that sandboxes do not see anyway, and must be shown for it. */
  readonly directory?: string;
};

/** The browser asked for, or one this machine has; `undefined` where there is none. */
export const findBrowser = (asked?: string): Browser | undefined => {
  for (const path of asked === undefined ? USUAL : [asked]) {
    try {
      accessSync(path, constants.X_OK);
      const real = realpathSync(path);
      if (real.startsWith('/snap/')) continue;
      return real.startsWith('/usr/') ? { path } : { path: real, directory: dirname(real) };
    } catch {
      // Not there, or not to be run: the next one.
    }
  }
  return undefined;
};
