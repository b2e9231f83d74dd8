import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { type OnDisk, onDisk } from '../support/on-disk.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage, sessionPage } from '../support/session-page.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const PROMPT =
  'Build me a habit tracker. The streaks should survive a page refresh, even if I close the browser.';

describeInBrowser('the first turn: a stranger types one sentence', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;
  let disk: OnDisk;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('and uses the app it described', async () => {
    session = await build(visitor.page, server.url, PROMPT);
    disk = onDisk(server.dataDir, session.slug);
    await session.committed(1);
    await session.app.getByLabel('New habit').fill('Read 20 pages');
    await session.app.getByRole('button', { name: 'Add habit' }).click();
    await session.app.getByRole('button', { name: 'Check in Read 20 pages' }).click();
    await session.app.getByText('1-day streak').waitFor();
  });
});
