import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { type Recording, recordContext } from './recording.ts';

/** One person with one browser: cookies, storage and identity are nobody else's. */
export type Visitor = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Everything that came to this browser, and what its pages complained about. */
  readonly received: Recording;
};

/** How long an app may take from the prompt to its preview on a machine that does other things too. */
export const BUILD_LIMIT_MS = 120_000;

export const newVisitor = async (browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(60_000);
  const received = recordContext(context);
  return { context, page: await context.newPage(), received };
};
