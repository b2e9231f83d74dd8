import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { press, tabTo, violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage, sessionPage } from '../support/session-page.ts';
import { tellOnFailure } from '../support/tell-on-failure.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const PANES = ['History', 'Backend', 'Code', 'Events', 'Preview'];
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };

/** Adds up what moves although nobody asked for it, as browsers count it (https://web.dev/articles/cls). */
const COUNT_SHIFTS = `{
  globalThis.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.shifted += entry.value;
  }).observe({ type: 'layout-shift', buffered: false });
}`;

/** What axe finds on the page as it is, in light and in dark; the app in its frame is looked at apart. */
const inBothThemes = async (page: Page): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const theme of ['dark', 'light']) {
    await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
    found.push(...(await violations(page)).map((violation) => `${theme}: ${violation}`));
  }
  return found;
};

describeInBrowser('every screen a visitor meets, in light and in dark', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;

  beforeAll(async () => {
    // Without a pool the boot is on view for as long as it takes.
    [server, browser] = await Promise.all([startServer({ VM_POOL_TARGET_SIZE: '0' }), openChromium()]);
    // What moves has no contrast of its own until it stands still.
    visitor = await newVisitor(browser, { reducedMotion: 'reduce', colorScheme: 'light' });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  tellOnFailure(() => ({ server, visitor }));

  it('breaks no rule before there is an app', async () => {
    await visitor.page.goto(server.url);
    await visitor.page.getByText('No account').waitFor();
    expect(await inBothThemes(visitor.page)).toEqual([]);
    await visitor.page.getByRole('button', { name: 'Build' }).click();
    await visitor.page.getByRole('alert').waitFor();
    expect(await inBothThemes(visitor.page)).toEqual([]);
  });

  it('breaks none while it boots, and moves nothing that is on view already', async () => {
    session = await build(visitor.page, server.url, 'Build me a habit tracker');
    // Where nothing else is going on it is ready before anybody could look.
    await visitor.page
      .getByText(/^(\d+ of \d+ ·|Ready in|Stood ready)/)
      .first()
      .waitFor();
    expect(await inBothThemes(visitor.page)).toEqual([]);
    await visitor.page.evaluate(COUNT_SHIFTS);
    await session.committed(1);
    expect(await visitor.page.evaluate('globalThis.shifted')).toBeLessThan(0.1);
  });

  it.each(PANES)('breaks none on %s', async (pane) => {
    await visitor.page.getByRole('tab', { name: pane }).click();
    await visitor.page.getByRole('tabpanel', { name: pane }).waitFor();
    await visitor.page.getByText(/^Loading/).waitFor({ state: 'detached' });
    expect(await inBothThemes(visitor.page)).toEqual([]);
  });

  it.each(['Open on another device', 'Delete this app'])('breaks none in the dialog: %s', async (name) => {
    await visitor.page.getByRole('button', { name }).click();
    await visitor.page.getByRole('dialog').waitFor();
    expect(await inBothThemes(visitor.page)).toEqual([]);
    await visitor.page.keyboard.press('Escape');
  });

  it('breaks none on a phone, one pane at a time', async () => {
    await visitor.page.setViewportSize(PHONE);
    for (const pane of ['Chat', ...PANES]) {
      await visitor.page.getByRole('tab', { name: pane }).click();
      await visitor.page.getByText(/^Loading/).waitFor({ state: 'detached' });
      expect(await inBothThemes(visitor.page), pane).toEqual([]);
      const wider = await visitor.page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(wider, `${pane} is wider than the phone`).toBe(0);
    }
    await visitor.page.setViewportSize(DESK);
  });

  it('breaks none on the first screen with apps, where a link does not open, and where there is nothing', async () => {
    const page = await visitor.context.newPage();
    await page.goto(server.url);
    await page.getByRole('link', { name: /habit tracker/ }).waitFor();
    expect(await inBothThemes(page)).toEqual([]);
    await page.goto(`${server.url}/join/${session.id}x#${'s'.repeat(43)}`);
    await page.getByText('This link does not open').waitFor();
    expect(await inBothThemes(page)).toEqual([]);
    await page.goto(`${server.url}/s/nosuchsession`);
    await page.getByText(/There is no app at this address/).waitFor();
    expect(await inBothThemes(page)).toEqual([]);
    await page.close();
  });

  it('breaks none where the app is asleep, and wakes by the one button there is', async () => {
    await server.end('SIGTERM');
    await server.start();
    await session.live();
    await visitor.page.getByRole('heading', { name: 'Your app is asleep' }).waitFor();
    expect(await inBothThemes(visitor.page)).toEqual([]);
    await visitor.page.getByRole('button', { name: 'Wake' }).click();
    await session.app.getByLabel('New habit').waitFor();
  });
});

describeInBrowser('a visitor with no mouse', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser, { reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  tellOnFailure(() => ({ server, visitor }));

  it('builds an app, says what to change, undoes it, and finds every pane', async () => {
    const { page } = visitor;
    await page.goto(server.url);
    await page.getByRole('textbox', { name: 'Describe your app' }).and(page.locator(':focus')).waitFor();
    await press(page, page.getByRole('button', { name: 'Habit tracker' }));
    await page.getByRole('textbox', { name: 'Describe your app' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/s/*');
    const session = sessionPage(page, new URL(page.url()).pathname.replace('/s/', ''));
    await session.committed(1);
    await session.app.getByLabel('New habit').waitFor();

    await page.keyboard.press('/');
    await page.getByRole('textbox', { name: 'Message' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.type('Call it "Momentum"');
    await page.keyboard.press('Enter');
    await session.committed(2);
    await session.app.getByRole('heading', { name: 'Momentum' }).waitFor();

    await press(page, page.getByRole('button', { name: 'Undo', exact: true }));
    await session.app.getByRole('heading', { name: 'Momentum' }).waitFor({ state: 'detached' });

    for (const [key, pane] of [
      ['3', 'History'],
      ['4', 'Backend'],
      ['5', 'Code'],
      ['6', 'Events'],
      ['2', 'Preview'],
    ] as const) {
      await page.keyboard.press(key);
      await page.getByRole('tabpanel', { name: pane }).waitFor();
    }
    // By the tabs themselves, as the ARIA pattern has them: one stop, and arrows.
    await tabTo(page, page.getByRole('tab', { name: 'Preview' }));
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tabpanel', { name: 'History' }).waitFor();
    await page.keyboard.press('Home');
    await page.getByRole('tabpanel', { name: 'Preview' }).waitFor();
  });

  it('is told the keys by "?", and may switch single ones off', async () => {
    const { page } = visitor;
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard' });
    await help.waitFor();
    expect(await inBothThemes(page)).toEqual([]);
    await tabTo(page, help.getByRole('checkbox'));
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.keyboard.press('3');
    expect(await page.getByRole('tabpanel', { name: 'History' }).count()).toBe(0);
    await page.evaluate('localStorage.removeItem("mk0r-shortcuts-off")');
  });

  it('deletes the app and is back where it began', async () => {
    const { page } = visitor;
    await press(page, page.getByRole('button', { name: 'Delete this app' }));
    await press(page, page.getByRole('button', { name: 'Delete for good' }));
    await page.getByRole('textbox', { name: 'Describe your app' }).and(page.locator(':focus')).waitFor();
    expect(
      await page.evaluate('Object.keys(localStorage).filter((key) => key.startsWith("mk0r-picture-"))'),
    ).toEqual([]);
  });
});
