import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { type Recording, recordContext } from './recording.ts';

/** One person with one browser: cookies, storage and identity are nobody else's. */
export type Visitor = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Everything that came to this browser, and what its pages complained about. */
  readonly received: Recording;
  /** Asks the server as the visitor's page does: with its identity and its cookies. */
  readonly ask: (path: string) => Promise<Answer>;
};
export type Answer = { readonly status: number; readonly body: unknown };

/** How long an app may take from the prompt to its preview on a machine that does other things too. */
export const BUILD_LIMIT_MS = 120_000;

export const newVisitor = async (browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(60_000);
  const received = recordContext(context);
  let authorization = '';
  context.on('request', (request) => {
    authorization = request.headers().authorization ?? authorization;
  });
  const page = await context.newPage();
  return {
    context,
    page,
    received,
    ask: async (path) => {
      const response = await context.request.get(new URL(path, page.url()).href, {
        headers: { authorization },
      });
      return { status: response.status(), body: await response.json() };
    },
  };
};
