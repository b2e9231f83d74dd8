import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The Chromium to test with: the one named, the machine's own, or Playwright's download; `undefined` without any. */
export const findChromium = (): string | undefined => {
  const named = process.env.CHROMIUM_PATH;
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((dir) => NAMES.map((name) => join(dir, name)));
  return [...(named ? [named] : []), '/usr/bin/chromium', ...onPath, chromium.executablePath()].find(
    existsSync,
  );
};

const NOTICE = `
################################################################################
#  BROWSER TESTS SKIPPED: this machine has no Chromium.                        #
#  What a visitor sees has NOT been tested. Install one of:                    #
#      apt-get install chromium            (Debian, as root)                   #
#      npx playwright-core install chromium                                    #
#  or name one with CHROMIUM_PATH=/path/to/chromium, then run npm test again.  #
################################################################################
`;

/** A suite that needs a browser; without one it is reported as skipped, loudly. */
export const describeInBrowser = (name: string, suite: () => void): void => {
  const missing = findChromium() === undefined;
  if (missing) process.stderr.write(NOTICE);
  describe.skipIf(missing)(name, suite);
};

/** `--no-sandbox`: root, which tests on a build machine often are, cannot have Chromium's own. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const openChromium = (): Promise<Browser> => {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium on this machine');
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
};
