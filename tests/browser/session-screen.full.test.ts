import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage, sessionPage } from '../support/session-page.ts';
import { tellOnFailure } from '../support/tell-on-failure.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

/** A machine that does other things too. */
const SOON = { timeout: 20_000 };

describeInBrowser('a visitor at the desk, who goes on with the phone', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let phone: Visitor;
  let session: SessionPage;
  let link = '';

  beforeAll(async () => {
    // Without a pool there is a boot, and time to say more before the first turn begins.
    [server, browser] = await Promise.all([startServer({ VM_POOL_TARGET_SIZE: '0' }), openChromium()]);
    visitor = await newVisitor(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
    phone = await newVisitor(browser, {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    });
    await visitor.page.goto(server.url);
    // Usable before anything has booted: what is typed here is typed into a page that has just been painted.
    const box = visitor.page.getByRole('textbox', { name: 'Describe your app' });
    await box.and(visitor.page.locator(':focus')).waitFor();
    await visitor.page.keyboard.type('Build me a habit tracker');
    expect(await box.inputValue()).toBe('Build me a habit tracker');
    session = await build(visitor.page, server.url, 'Build me a habit tracker');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  tellOnFailure(() => ({ server, visitor }));

  it('says more while it boots, changes one of the messages and takes the other back', async () => {
    await session.send('Make it orange');
    await session.send('Make it grey');
    await expect.poll(() => session.turns.count(), SOON).toBe(3);
    await session.turns.last().getByRole('button', { name: 'Remove this message' }).click();
    await expect.poll(() => session.turns.count(), SOON).toBe(2);
    await session.turns.nth(1).getByRole('button', { name: 'Edit this message' }).click();
    const message = visitor.page.getByRole('textbox', { name: 'Message' });
    await expect.poll(() => message.inputValue(), SOON).toBe('Make it orange');
    await message.fill('Call it "Momentum"');
    await visitor.page.keyboard.press('Enter');
    await session.app.getByRole('heading', { name: 'Momentum' }).waitFor();
    // The app shows it before the turn has ended, and two screens are compared further down.
    await session.committed(2);
  });

  it('follows the app in the preview, back again, and at the size of a phone', async () => {
    await visitor.page.getByLabel('Path in your app').fill('/somewhere');
    await visitor.page.keyboard.press('Enter');
    await session.app.locator('body').evaluate('history.pushState(null, "", "/somewhere/else")');
    await expect
      .poll(() => visitor.page.getByLabel('Path in your app').inputValue(), SOON)
      .toBe('/somewhere/else');
    await visitor.page.getByRole('button', { name: 'Back in the preview' }).click();
    await expect
      .poll(() => visitor.page.getByLabel('Path in your app').inputValue(), SOON)
      .toBe('/somewhere');
    await visitor.page.getByRole('button', { name: /^Phone size/ }).click();
    const width = () => session.app.locator('body').evaluate('innerWidth');
    await expect.poll(width, SOON).toBe(390);
    await visitor.page.getByRole('button', { name: 'Turn the device' }).click();
    await expect.poll(width, SOON).toBe(844);
    await visitor.page.getByRole('button', { name: /^Tablet size/ }).click();
    await expect.poll(width, SOON).toBe(768);
    await visitor.page.getByRole('button', { name: 'Full width' }).click();
  });

  it('opens it on the phone by a link that works once', async () => {
    await visitor.page.getByRole('button', { name: 'Open on another device' }).click();
    await visitor.page.getByRole('img', { name: 'The link as a QR code' }).waitFor();
    await visitor.page.getByRole('button', { name: 'Copy the link' }).click();
    link = await visitor.page.evaluate('navigator.clipboard.readText()');
    expect(link).toMatch(/\/join\/[a-z0-9]+#[\w-]{43}$/);
    expect(await violations(visitor.page)).toEqual([]);
    await visitor.page.keyboard.press('Escape');

    await phone.page.goto(link);
    const onPhone = sessionPage(phone.page, session.id);
    await onPhone.live();
    expect(phone.page.url()).not.toContain('#');
    expect(await onPhone.conversation()).toEqual(await session.conversation());
    await onPhone.send('Make it green');
    await Promise.all([onPhone.committed(3), session.committed(3)]);
    expect(await onPhone.conversation()).toEqual(await session.conversation());
    expect(await violations(phone.page)).toEqual([]);
  });

  it('lets nobody else in by that link, and says so', async () => {
    const stranger = await newVisitor(browser);
    await stranger.page.goto(link);
    await stranger.page.getByText(/was used already/).waitFor();
    expect(await violations(stranger.page)).toEqual([]);
    await stranger.page.goto(visitor.page.url());
    await stranger.page.getByText(/There is no app at this address/).waitFor();
    await stranger.page.getByLabel(/^One-time link/).fill(visitor.page.url());
    await stranger.page.getByRole('button', { name: 'Open here' }).click();
    await stranger.page.getByText('This is no one-time link of this server.').waitFor();
    expect(await violations(stranger.page)).toEqual([]);
    await stranger.page.getByLabel(/^One-time link/).fill(link);
    await stranger.page.getByRole('button', { name: 'Open here' }).click();
    await stranger.page.getByText(/was used already/).waitFor();
    await stranger.context.close();
    const { body } = await visitor.ask(`/api/sessions/${session.id}/events?limit=1000`);
    const types = (body as { events: readonly { type: string }[] }).events.map(({ type }) => type);
    expect(types.filter((type) => type === 'LinkIssued' || type === 'OwnerAdded')).toEqual([
      'LinkIssued',
      'OwnerAdded',
    ]);
  });

  it('finds the app on the first screen of both, with a picture where it was seen', async () => {
    await visitor.page.goto(server.url);
    const card = visitor.page.getByRole('link', { name: /habit tracker/ });
    await card.getByText('running').waitFor();
    await card.locator('img[src^="data:image/webp"]').waitFor({ state: 'attached' });
    await phone.page.goto(server.url);
    await phone.page.getByRole('link', { name: /habit tracker/ }).waitFor();
    expect(visitor.received.complaints).toEqual([]);
    expect(phone.received.complaints).toEqual([]);
  });
});
