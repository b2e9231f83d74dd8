import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectNoBarriers, press, tabTo } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { ADMIN_TOKEN, lengthenLog, signIn } from '../support/operator.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

/** So many that a rebuild is seen on its way. */
const LONG_LOG = 200_000;
const STRAY = 'mk0r-straystray12';

/** One shift of an operator; each test goes on where the one before it ended. */
describeInBrowser('an operator', () => {
  let server: TestServer;
  let browser: Browser;
  let operator: Visitor;
  let page: Page;
  let visitor: HttpVisitor;

  const card = (name: string): Locator => page.getByRole('region', { name, exact: true });
  const said = (words: string | RegExp): Promise<void> => page.getByText(words).first().waitFor();
  const isLive = (): Promise<void> =>
    page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ ADMIN_TOKEN }), openChromium()]);
    visitor = await newHttpVisitor(() => server.url);
    operator = await newVisitor(browser, { colorScheme: 'light' });
    page = operator.page;
    operator.context.setDefaultTimeout(20_000);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('is let in by the token alone, which the browser does not keep', async () => {
    await page.goto(`${server.url}/operations`);
    await signIn(page, 'a-guess');
    await said('The token is not the right one.');
    await page.getByLabel('Operator token').fill('');
    await tabTo(page, page.getByLabel('Operator token'));
    await page.keyboard.type(ADMIN_TOKEN);
    await page.keyboard.press('Enter');
    await isLive();

    const cookies = await operator.context.cookies(`${server.url}/api/ops`);
    expect(cookies.find(({ name }) => name === 'mk0r_operator')).toMatchObject({
      httpOnly: true,
      sameSite: 'Strict',
    });
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    const seen = JSON.stringify([cookies, kept, await page.content()]);
    expect(seen).not.toContain(ADMIN_TOKEN);
    await page.reload();
    await isLive();
  });

  it('sees the pool change while a visitor claims from it', async () => {
    const ready = (count: number) =>
      card('Pool').getByText(`of 1 ready`).locator('..').getByText(`${count}`, { exact: true });
    await ready(1).waitFor();
    await card('Claims').getByText('Nobody has started an app yet.').waitFor();
    await visitor.startSession();
    await ready(0).waitFor();
    await card('Claims').getByText('100 %').waitFor();
    await ready(1).waitFor();
  });

  it('is told what another target comes to, and what a drain takes away', async () => {
    const pool = card('Pool');
    await pool.getByRole('button', { name: 'One more' }).click();
    await pool.getByText('1 session more will be made').waitFor();
    await pool.getByRole('button', { name: 'Set target' }).click();
    await pool.getByText('of 2 ready').waitFor();

    await pool.getByRole('button', { name: 'Drain' }).click();
    const dialog = page.getByRole('dialog', { name: 'Drain the pool?' });
    await dialog.getByText('The target becomes 0').waitFor();
    await dialog.getByLabel('Reason, for the log').fill('closing time');
    await dialog.getByRole('button', { name: 'Drain' }).click();
    await pool.getByText('of 0 ready').waitFor();
    await pool.getByText('Nothing is kept ready').waitFor();
  });

  it('has given-up work tried again once its provider is back', async () => {
    const mailPort = Number(readFileSync(join(server.dataDir, 'mail', 'port'), 'utf8'));
    await server.outage(mailPort, 'down');
    const session = await visitor.startSession();
    const retry = page.getByRole('button', { name: `Retry Mail of ${session.slug}` });
    await retry.waitFor();
    await page.getByRole('link', { name: '1 step given up on' }).waitFor();
    await page.getByRole('link', { name: /providers? failing/ }).waitFor();

    await server.outage(mailPort, 'up');
    await press(page, retry);
    await said('Nothing is parked');
    const mail = card('Provider failures').getByRole('listitem').filter({ hasText: 'Mail' });
    await mail.getByText('recovered').waitFor();
    await until(
      () => visitor.view(session.sessionId),
      ({ missing, env }) => missing.length === 0 && env.names.includes('RESEND_API_KEY'),
    );
  });

  it('rebuilds a view while it serves, sees how far it has come, and goes back', async () => {
    await lengthenLog(server.dataDir, LONG_LOG);
    const view = page.getByRole('listitem').filter({ hasText: 'pool_view' }).last();
    const serving = view.locator('dd').nth(2);
    const before = await serving.innerText();
    await view.getByText('up to date').waitFor();

    await press(page, view.getByRole('button', { name: 'Rebuild pool_view' }));
    const dialog = page.getByRole('dialog', { name: 'Rebuild pool_view?' });
    await dialog.getByText(`in a table beside ${before}`).waitFor();
    await press(page, dialog.getByRole('button', { name: 'Rebuild' }));
    const bar = page.getByRole('progressbar', { name: 'Rebuild of pool_view' });
    // It waits for its turn first.
    await expect
      .poll(() => bar.getAttribute('aria-valuetext'), { interval: 20 })
      .toMatch(/^[\d,]+ of 200,\d+ events/);
    await bar.waitFor({ state: 'detached' });
    await expect.poll(() => serving.innerText()).not.toBe(before);
    expect(await view.locator('dd').nth(3).innerText()).toBe(before);

    await press(page, view.getByRole('button', { name: 'Roll back pool_view' }));
    await press(page, page.getByRole('dialog').getByRole('button', { name: 'Roll back' }));
    await expect.poll(() => serving.innerText()).toBe(before);
  });

  it('releases what is left over at a provider', async () => {
    execFileSync('git', ['init', '-q', '--bare', join(server.dataDir, 'git', `${STRAY}.git`)]);
    // Whether the server has looked by itself depends on how long the tests before took.
    await card('Orphans')
      .getByText(/Nothing is (known to be )?left over/)
      .waitFor();
    await card('Orphans').getByRole('button', { name: 'Release' }).click();
    const dialog = page.getByRole('dialog', { name: 'Look for orphans and release them?' });
    await dialog.getByText('deleted there, for good').waitFor();
    await dialog.getByRole('button', { name: 'Release' }).click();
    await said('1 orphan found, 1 released.');
    await card('Orphans').getByText('Nothing is left over: ').waitFor();
  });

  it('is shown how things are where a websocket does not get through', async () => {
    const behindProxy = await operator.context.newPage();
    await behindProxy.routeWebSocket('**/api/live*', (socket) => socket.close());
    await behindProxy.goto(`${server.url}/operations`);
    await behindProxy.getByRole('status').filter({ hasText: 'Asked every 3 s' }).waitFor();
    await behindProxy.getByText('of 0 ready').waitFor();
    await behindProxy.close();
  });

  it('finds a page without barriers, by day and by night, and on a phone', async () => {
    await expectNoBarriers(page);
  });

  it('leaves, and the door is closed', async () => {
    await page.goto(server.url);
    await page.getByRole('link', { name: 'Operations' }).click();
    await isLive();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Operator token').waitFor();
    expect(await operator.context.cookies(`${server.url}/api/ops`)).not.toContainEqual(
      expect.objectContaining({ name: 'mk0r_operator' }),
    );
    await page.goto(server.url);
    await said(/^No account/);
    expect(await page.getByRole('link', { name: 'Operations' }).count()).toBe(0);
  });

  it('sees no error in the console but those of the wrong token and the broken socket', () => {
    const expected = /status of 401|WebSocket connection/;
    expect(operator.received.complaints.filter((line) => !expected.test(line))).toEqual([]);
  });
});
