import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tabTo, violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { onDisk } from '../support/on-disk.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage } from '../support/session-page.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const PROMPT = 'A waitlist for my bakery that stores each signup and mails me at owner@bakery.example';
const [SECOND, THIRD] = ['Call it Dough', 'Call it Crumb'];

describeInBrowser('the history of an app, with its data', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;

  const page = () => visitor.page;
  const rows = () => page().getByRole('tabpanel', { name: 'History' }).getByRole('listitem');
  const version = (title: string): Locator => rows().filter({ hasText: title });
  const here = () => page().getByRole('tabpanel', { name: 'History' }).locator('[aria-current="step"]');
  const open = async (title: string): Promise<Locator> => {
    await version(title).locator('[data-version]').click();
    return page().getByRole('dialog');
  };
  const join = async (email: string) => {
    await session.app.getByLabel('Email').fill(email);
    await session.app.getByRole('button', { name: 'Join the waitlist' }).click();
    await session.app.getByText('You are on the list.').waitFor();
  };
  const signups = async () =>
    (await onDisk(server.dataDir, session.slug).sql('SELECT email FROM signups ORDER BY email')).map(
      ({ email }) => email,
    );
  const kept = (many: number) =>
    expect.poll(() => rows().filter({ hasText: 'data kept' }).count()).toBe(many);
  const shot = (name: string) =>
    process.env.MK0R_SHOTS === undefined
      ? undefined
      : page().screenshot({ path: `${process.env.MK0R_SHOTS}/${name}.png` });

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser);
    session = await build(page(), server.url, PROMPT);
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

  it('keeps the data of every version', async () => {
    await page().getByRole('tab', { name: 'History' }).click();
    await kept(3);
    await version(SECOND).and(here()).waitFor();
    expect(await violations(page())).toEqual([]);
  });

  it('says before a move which turns, files and tables it changes', async () => {
    const dialog = await open('A waitlist');
    await dialog.getByText('Takes back one turn').waitFor();
    await dialog.getByRole('listitem').filter({ hasText: SECOND }).waitFor();
    await dialog.getByRole('radio', { name: /Restore it as it was/ }).check();
    await dialog.getByText('signups: 2 rows now, 0 then').waitFor();
    expect(await violations(page())).toEqual([]);
    await shot('history-dialog');
  });

  it('goes back with the data, which the app shows', async () => {
    await page().getByRole('button', { name: 'Go there, data too' }).click();
    await version('A waitlist').and(here()).waitFor();
    await expect.poll(signups).toEqual([]);
    await page().getByRole('tab', { name: 'Preview' }).click();
    await join('cleo@example.com');
    expect(await signups()).toEqual(['cleo@example.com']);
  });

  it('keeps the other branch within reach after another turn, and its data', async () => {
    await session.send(THIRD);
    await session.committed(3);
    await page().getByRole('tab', { name: 'History' }).click();
    await version(THIRD).and(here()).waitFor();
    await version(SECOND).filter({ hasText: 'On another branch' }).waitFor();
    await kept(4);
    await shot('history-branches');
    await page().emulateMedia({ colorScheme: 'dark' });
    await shot('history-dark');
    await page().emulateMedia({ colorScheme: 'light' });
    const dialog = await open(SECOND);
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
