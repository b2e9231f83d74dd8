import type { FrameLocator, Locator, Page } from 'playwright-core';
import { slugOf } from '../../commands/identifiers.ts';
import { BUILD_LIMIT_MS } from './visitor.ts';

/** The session screen in a visitor's words. */
export type SessionPage = {
  readonly page: Page;
  readonly id: string;
  readonly slug: string;
  /** The app itself, in its frame. */
  readonly app: FrameLocator;
  readonly turns: Locator;
  readonly send: (message: string) => Promise<void>;
  /** Waits until so many turns have ended with a commit. */
  readonly committed: (turns: number) => Promise<void>;
  readonly live: () => Promise<void>;
  /** What the conversation says, without what folds and unfolds: the same on every tab and after every reload. */
  readonly conversation: () => Promise<readonly string[]>;
};

export const sessionPage = (page: Page, id: string): SessionPage => {
  const turns = page.getByRole('article', { name: /^Prompt: / });
  const limit = { timeout: BUILD_LIMIT_MS };
  return {
    page,
    id,
    slug: slugOf(id),
    app: page.frameLocator('iframe[title="Preview"]'),
    turns,
    send: async (message) => {
      await page.getByRole('textbox', { name: 'Message' }).fill(message);
      await page.getByRole('button', { name: 'Send' }).click();
    },
    committed: async (count) => {
      const turn = turns.nth(count - 1);
      await turn.getByRole('region', { name: 'Commit' }).waitFor(limit);
      await turn.and(page.locator('[aria-busy="false"]')).waitFor(limit);
    },
    live: () =>
      page
        .getByRole('status')
        .filter({ hasText: /^Live$/ })
        .waitFor(limit),
    conversation: async () =>
      Promise.all(
        (await turns.all()).map((turn) =>
          turn
            .locator('p, li, [aria-label^="Commit"], [aria-expanded]:not(li *)')
            .allInnerTexts()
            .then((texts) => texts.map((text) => text.replaceAll(/\s+/g, ' ').trim()).join('\n')),
        ),
      ),
  };
};

/** Types the sentence into the first screen and follows to the session it opens. */
export const build = async (page: Page, url: string, prompt: string): Promise<SessionPage> => {
  await page.goto(url);
  await page.getByRole('textbox', { name: 'Describe your app' }).fill(prompt);
  await page.getByRole('button', { name: 'Build' }).click();
  await page.waitForURL('**/s/*');
  return sessionPage(page, new URL(page.url()).pathname.replace('/s/', ''));
};
