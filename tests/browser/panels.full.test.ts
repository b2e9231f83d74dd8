import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { press, tabTo, violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { onDisk } from '../support/on-disk.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage } from '../support/session-page.ts';
import { tellOnFailure } from '../support/tell-on-failure.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const PROMPT = 'Build me a habit tracker. The streaks should survive a page refresh.';

describeInBrowser('the code and backend panels', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;
  let page: Page;

  const tab = (name: string) => page.getByRole('tab', { name }).click();
  const panel = (name: string) => page.getByRole('button', { name, exact: true }).click();
  /** In both themes. */
  const isAccessible = async (): Promise<void> => {
    for (const theme of ['light', 'dark']) {
      await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
      expect([theme, await violations(page)]).toEqual([theme, []]);
    }
  };

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser, { reducedMotion: 'reduce' });
    ({ page } = visitor);
    session = await build(page, server.url, PROMPT);
    await session.committed(1);
    await onDisk(server.dataDir, session.slug).sql(`INSERT INTO habits (name) VALUES ('Read'), ('Walk')`);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  tellOnFailure(() => ({ server, visitor }));

  it('have nothing that axe finds, in light and dark', async () => {
    await tab('Code');
    await page.getByRole('textbox', { name: /^Edit / }).waitFor();
    await isAccessible();
    await page.getByPlaceholder('Search in files').fill('habit');
    await page.getByText(/lines in \d+ files/).waitFor();
    await isAccessible();
    await tab('Backend');
    await page.getByRole('button', { name: 'Show DATABASE_URL' }).waitFor();
    await isAccessible();
    await page.getByRole('button', { name: 'Replace RESEND_API_KEY' }).click();
    await isAccessible();
    await page.keyboard.press('Escape');
    await panel('Database');
    await page.getByRole('button', { name: /^habits/ }).click();
    await page.getByRole('button', { name: 'Edit row 1' }).click();
    await isAccessible();
    await page.keyboard.press('Escape');
    await panel('SQL');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText(/^\d+ rows?$/).waitFor();
    await isAccessible();
    for (const name of ['Mail', 'Analytics', 'Repository']) {
      await panel(name);
      await page.getByRole('heading', { name }).first().waitFor();
      await isAccessible();
    }
  });

  it('are used without a mouse', async () => {
    await tab('Code');
    const readMe = page
      .getByRole('navigation', { name: 'Files' })
      .getByRole('button', { name: 'README.md', exact: true });
    await readMe.waitFor();
    await press(page, readMe);
    await tabTo(page, page.getByRole('textbox', { name: 'Edit README.md' }));
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('By hand.\n\n');
    await press(page, page.getByRole('button', { name: 'Save', exact: true }));
    await page.getByText('Saved, as a commit').waitFor();
    await tab('Backend');
    await panel('Database');
    await press(page, page.getByRole('button', { name: /^habits/ }));
    await press(page, page.getByRole('button', { name: 'Edit row 1' }));
    await tabTo(page, page.getByRole('textbox', { name: /^name/ }));
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Run');
    await page.keyboard.press('Enter');
    await page.getByRole('cell', { name: 'Run' }).waitFor();
  });

  it('sort, add and delete rows', async () => {
    await panel('Add a row');
    await page.getByRole('textbox', { name: /^name/ }).fill('Zen');
    await panel('Add');
    await page.getByRole('cell', { name: 'Zen' }).waitFor();
    const sort = page.getByTitle('Sort by name');
    await sort.click();
    await sort.click();
    await expect.poll(() => page.getByRole('row').nth(1).innerText()).toContain('Zen');
    await page.getByRole('button', { name: 'Edit row 1' }).click();
    await panel('Delete');
    await panel('Delete for good');
    await page.getByRole('cell', { name: 'Zen' }).waitFor({ state: 'detached' });
  });

  it('give a service back, and have another', async () => {
    await panel('Services');
    await page.getByRole('button', { name: 'Release Mail' }).click();
    await panel('Release for good');
    await page.getByText('released', { exact: true }).waitFor();
    await expect.poll(() => onDisk(server.dataDir, session.slug).env().RESEND_API_KEY).toBeUndefined();
    await page.getByRole('button', { name: 'Set up Mail' }).click();
    await expect.poll(() => onDisk(server.dataDir, session.slug).env().RESEND_API_KEY).toBeTruthy();
  });

  it('fit on a phone, and leave no word outside', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const name of ['Code', 'Backend']) {
      await tab(name);
      await page.getByRole('tabpanel', { name }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      await isAccessible();
    }
  });

  it('see no error in any console', () => {
    expect(visitor.received.complaints).toEqual([]);
  });
});
