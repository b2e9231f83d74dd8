import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];

/** A browser for the bench of that name, which says that it measures nothing where there is none. */
export const openChromium = async (bench: string): Promise<Browser | undefined> => {
  if (existsSync(CHROMIUM)) return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  process.stdout.write(`NOT MEASURED: ${bench} needs a Chromium; none at ${CHROMIUM} (CHROMIUM_PATH).\n`);
  return undefined;
};
