import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tabTo, violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { historyTab } from '../support/history-tab.ts';
import { screenshot } from '../support/screenshot.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage } from '../support/session-page.ts';
import { tellOnFailure } from '../support/tell-on-failure.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';
import { joinWaitlist, signupsOf, WAITLIST } from '../support/waitlist-app.ts';

const [SECOND, THIRD] = ['Call it Dough', 'Call it Crumb'];

describeInBrowser('the history of an app, with its data', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;

  const page = () => visitor.page;
  const history = () => historyTab(page());
  const version = (title: string) => history().version(title);
  const here = () => history().here();
  const join = (email: string) => joinWaitlist(session.app, email);
  const signups = () => signupsOf(server.dataDir, session.slug);
  const kept = (many: number) =>
    expect.poll(() => history().rows().filter({ hasText: 'data kept' }).count()).toBe(many);
  const shot = (name: string) => screenshot(page(), name);

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser);
    session = await build(page(), server.url, WAITLIST.prompt);
    await session.committed(1);
    await join('ann@example.com');
    await session.send(SECOND);
    await session.committed(2);
    await page().getByRole('tab', { name: 'Preview' }).click();
    await page().reload();
    await session.live();
    await join('bob@example.com');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  tellOnFailure(() => ({ server, visitor }));

  it('keeps the data of every version', async () => {
    await history().show();
    await kept(3);
    await version(SECOND).and(here()).waitFor();
    expect(await violations(page())).toEqual([]);
  });

  it('says before a move which turns, files and tables it changes', async () => {
    const dialog = await history().move(WAITLIST.title);
    await dialog.getByText('Takes back one turn').waitFor();
    await dialog.getByRole('listitem').filter({ hasText: SECOND }).waitFor();
    await dialog.getByRole('radio', { name: /Restore it as it was/ }).check();
    await dialog.getByText('signups: 2 rows now, 0 then').waitFor();
    expect(await violations(page())).toEqual([]);
    await shot('history-dialog');
  });

  it('goes back with the data, which the app shows', async () => {
    await page().getByRole('button', { name: 'Go there, data too' }).click();
    await version(WAITLIST.title).and(here()).waitFor();
    await expect.poll(signups).toEqual([]);
    await page().getByRole('tab', { name: 'Preview' }).click();
    await join('cleo@example.com');
    expect(await signups()).toEqual(['cleo@example.com']);
  });

  it('keeps the other branch within reach after another turn, and its data', async () => {
    await session.send(THIRD);
    await session.committed(3);
    await history().show();
    await version(THIRD).and(here()).waitFor();
    await version(SECOND).filter({ hasText: 'On another branch' }).waitFor();
    await kept(4);
    await shot('history-branches');
    await page().emulateMedia({ colorScheme: 'dark' });
    await shot('history-dark');
    await page().emulateMedia({ colorScheme: 'light' });
    const dialog = await history().move(SECOND);
    await dialog.getByRole('radio', { name: /when you left this version/ }).check();
    await dialog.getByText('signups: 1 row now, 2 then').waitFor();
    await page().getByRole('button', { name: 'Go there, data too' }).click();
    await version(SECOND).and(here()).waitFor();
    await expect.poll(signups).toEqual(['ann@example.com', 'bob@example.com']);
  });

  it('is walked without a mouse', async () => {
    await tabTo(page(), version(SECOND).or(version(THIRD)).first().getByRole('button'));
    await page().keyboard.press('End');
    await page().keyboard.press('Enter');
    await page()
      .getByRole('dialog', { name: /The empty template/ })
      .waitFor();
    await page().keyboard.press('Escape');
    expect(await page().getByRole('dialog').count()).toBe(0);
  });

  it('answers the tree with what each move would change', async () => {
    const { body } = await visitor.ask(`/api/sessions/${session.id}/history`);
    const { moves, tables, checkpoints } = body as {
      readonly moves: Record<string, { readonly undone: readonly unknown[] }>;
      readonly tables: readonly unknown[];
      readonly checkpoints: readonly unknown[];
    };
    expect(Object.keys(moves)).toHaveLength(4);
    expect(tables).toContainEqual({ name: 'signups', rows: 2 });
    expect(checkpoints.length).toBeGreaterThanOrEqual(5);
  });

  it('sees no error in any console', () => {
    expect(visitor.received.complaints).toEqual([]);
  });
});
