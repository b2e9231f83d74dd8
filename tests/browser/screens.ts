import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type OnDisk, onDisk } from '../support/on-disk.ts';
import type { TestServer } from '../support/server.ts';
import { build, type SessionPage, sessionPage } from '../support/session-page.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';
import { showChain, takeOperatorScreens } from './operator-screens.ts';

const PROMPT =
  'Build me a habit tracker. The streaks should survive a page refresh, even if I close the browser.';
const HABITS = ['Read 20 pages', 'Walk to work', 'No screens after ten'];
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const;

/** A picture of every screen, taken on one visit, as PNG files named by the screen. */
export const takeScreens = async (browser: Browser, server: TestServer, dir: string): Promise<void> => {
  mkdirSync(dir, { recursive: true });
  const picture = async (page: Page, name: string): Promise<void> => {
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(dir, `${name}.png`), animations: 'disabled' });
  };
  const look = { reducedMotion: 'reduce', colorScheme: 'light' } as const;
  const [visitor, another] = await Promise.all([newVisitor(browser, look), newVisitor(browser, look)]);

  await visitor.page.goto(server.url);
  await visitor.page.getByRole('list', { name: 'Standing ready' }).getByText('warm').nth(4).waitFor();
  await visitor.page.getByText('No account').waitFor();
  await picture(visitor.page, 'first-screen');

  // The one that stood ready is taken, and the next not made yet: the other visitor's boots from nothing.
  await another.page.goto(server.url);
  await another.page.getByRole('textbox', { name: 'Describe your app' }).fill(PROMPT);
  const session = await build(visitor.page, server.url, PROMPT);
  await another.page.getByRole('button', { name: 'Build' }).click();
  await another.page.getByText(/^[4-9] of \d+ ·/).waitFor();
  await picture(another.page, 'boot');
  await another.context.close();

  await session.committed(1);
  await useHabits(session, onDisk(server.dataDir, session.slug));
  await picture(visitor.page, 'session');
  await goOn(session, picture);
  await breakAndMend(session, onDisk(server.dataDir, session.slug), picture);
  await elsewhere(session, picture);
  await visitor.page.goto(server.url);
  await visitor.page.locator('img[src^="data:image/webp"]').waitFor();
  await picture(visitor.page, 'recent-apps');
  await visitor.page.goBack();
  await session.live();
  await onThePhone(browser, visitor, session, picture);
  await takeOperatorScreens(browser, server, { sessionId: session.id, look, picture });
};

type Picture = (page: Page, name: string) => Promise<void>;

/** Some days of use: today's by hand, the days before it as if they had been. */
const useHabits = async ({ app, page }: SessionPage, disk: OnDisk): Promise<void> => {
  for (const habit of HABITS) {
    await app.getByLabel('New habit').fill(habit);
    await app.getByRole('button', { name: 'Add habit' }).click();
    await app.getByRole('button', { name: `Check in ${habit}` }).click();
    await app.getByRole('button', { name: `Check in ${habit}`, pressed: true }).waitFor();
  }
  await disk.sql(`
    INSERT INTO check_ins (habit_id, day)
    SELECT id, current_date - ago FROM habits, generate_series(1, 11) AS ago
     WHERE ago < CASE name WHEN '${HABITS[0]}' THEN 12 WHEN '${HABITS[1]}' THEN 5 ELSE 2 END`);
  await page.getByRole('button', { name: 'Reload the preview' }).click();
  await app.getByText('12-day streak').waitFor();
};

const goOn = async (session: SessionPage, picture: Picture): Promise<void> => {
  const { page } = session;
  const tab = (name: string) => page.getByRole('tab', { name }).click();
  await session.send('Make it orange');
  await session.committed(2);
  await session.send('Call it "Momentum"');
  await session.committed(3);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await tab('History');
  await page.getByText('Undone; redo leads here').waitFor();
  await picture(page, 'history');
  await page.getByRole('button', { name: 'Redo', exact: true }).click();
  await page.getByText('Undone; redo leads here').waitFor({ state: 'detached' });

  await tab('Backend');
  await page.getByRole('button', { name: 'Database', exact: true }).click();
  await page.getByRole('button', { name: /^check_ins/ }).click();
  await page.getByRole('region', { name: 'Rows of check_ins' }).waitFor();
  await picture(page, 'backend');

  await tab('Events');
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText(/Nothing was changed or removed/).waitFor();
  await showChain(page);
  await picture(page, 'events');
};

/** An error of the app's server, as it is told and offered to the agent. */
const breakAndMend = async ({ app, page }: SessionPage, disk: OnDisk, picture: Picture): Promise<void> => {
  await page.getByRole('tab', { name: 'Preview' }).click();
  await app.getByLabel('New habit').waitFor();
  const route = join(dirname(disk.envFile), 'server/routes/habits.ts');
  const code = readFileSync(route, 'utf8');
  writeFileSync(
    route,
    code.replace(/(\.get\([^{]*\{)/, '$1 throw new Error("column \\"streak\\" does not exist");'),
  );
  await page.getByRole('button', { name: 'Reload the preview' }).click();
  await page.getByRole('button', { name: 'Fix this' }).waitFor();
  await app.getByText(/does not exist/).waitFor();
  await picture(page, 'app-error');
  writeFileSync(route, code);
  await page.getByRole('button', { name: 'Hide this error' }).click();
  await page.getByRole('button', { name: 'Reload the preview' }).click();
  await app.getByText('12-day streak').waitFor();
};

const elsewhere = async ({ page }: SessionPage, picture: Picture): Promise<void> => {
  await page.getByRole('button', { name: 'Open on another device' }).click();
  await page.getByRole('img', { name: 'The link as a QR code' }).waitFor();
  await picture(page, 'another-device');
  await page.keyboard.press('Escape');
};

/** The same visitor, who has taken cookies and identity along. */
const onThePhone = async (
  browser: Browser,
  visitor: Visitor,
  { id, page }: SessionPage,
  picture: Picture,
): Promise<void> => {
  const storageState = await visitor.context.storageState({ indexedDB: true });
  const phone = await newVisitor(browser, { ...PHONE, storageState, reducedMotion: 'reduce' });
  await phone.page.goto(page.url());
  const session = sessionPage(phone.page, id);
  await session.live();
  await phone.page.getByRole('tab', { name: 'Preview' }).click();
  await session.app.getByText('12-day streak').waitFor();
  await picture(phone.page, 'phone');
  await phone.context.close();
};
