import type { Page } from 'playwright-core';
import { afterEach } from 'vitest';
import type { TestServer } from './server.ts';
import type { Visitor } from './visitor.ts';

const LINES = 40;

/** What the page shows in itself and in its frames, Vite's own words over them included. */
const shownIn = async (page: Page): Promise<string> => {
  const frames = await Promise.all(
    page.frames().map(async (frame) => {
      const texts = ['body', 'vite-error-overlay pre'].map((part) => frame.locator(part).allInnerTexts());
      const words = await Promise.all(texts).catch(String);
      return `--- ${frame.url()}\n${[words].flat(2).join('\n')}`;
    }),
  );
  return frames.join('\n');
};

/** Prints, after each test that has failed, what its pages show, what they complained about, and what the server wrote. */
export const tellOnFailure = (
  story: () => { readonly server: TestServer | undefined; readonly visitor: Visitor | undefined },
): void => {
  afterEach(async ({ task }) => {
    const { server, visitor } = story();
    if (task.result?.state !== 'fail' || server === undefined || visitor === undefined) return;
    const pages = await Promise.all(visitor.context.pages().map(shownIn));
    const log = server.log().trimEnd().split('\n').slice(-LINES);
    const parts = [...pages, '--- complaints', ...visitor.received.complaints, '--- server', ...log];
    process.stderr.write(`\n=== ${task.name}\n${parts.join('\n')}\n===\n`);
  });
};
