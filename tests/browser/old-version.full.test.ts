import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withClient } from '../../adapters/database/with-client.ts';
import { tabTo, violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { historyTab } from '../support/history-tab.ts';
import { onDisk } from '../support/on-disk.ts';
import { screenshot } from '../support/screenshot.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage } from '../support/session-page.ts';
import { tellOnFailure } from '../support/tell-on-failure.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';
import { joinWaitlist, signupsOf, WAITLIST } from '../support/waitlist-app.ts';

const [SECOND, THIRD] = ['Call it Dough', 'Call it Crumb'];

describeInBrowser('an older version that is looked at', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;

  const page = (): Page => visitor.page;
  const old = (): Locator => page().getByRole('region', { name: 'Older version' });
  const oldApp = (): FrameLocator => page().frameLocator('iframe[title^="Version: "]');
  const look = (title: string) => historyTab(page()).preview(title);
  const signups = () => signupsOf(server.dataDir, session.slug);
  const databases = async () =>
    (
      await onDisk(server.dataDir, session.slug).sql(
        `SELECT datname FROM pg_database WHERE datname LIKE 'mk0r_${session.slug}_p_%'`,
      )
    ).length;
  const shown = async () => (await visitor.ask(`/api/sessions/${session.id}/version`)).body;
  const headOf = async () =>
    (
      (await visitor.ask(`/api/sessions/${session.id}`)).body as {
        readonly history: { readonly at: string; readonly commits: readonly { readonly sha: string }[] };
      }
    ).history;
  const shot = (name: string) => screenshot(page(), name);

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser);
    session = await build(page(), server.url, WAITLIST.prompt);
    await session.committed(1);
    await joinWaitlist(session.app, 'ann@example.com');
    await session.send(SECOND);
    await session.committed(2);
    await session.send(THIRD);
    await session.committed(3);
    await page().reload();
    await session.live();
    await session.app.getByText('Crumb').first().waitFor();
    await joinWaitlist(session.app, 'bob@example.com');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  tellOnFailure(() => ({ server, visitor }));

  it('is shown with its own code and data, beside the app', async () => {
    await look(SECOND);
    await old().getByText('Version 3 of 4').waitFor();
    await oldApp().getByText('Dough').first().waitFor();
    await old().getByText('It has a copy of the data of then, and sends no mail.').waitFor();
    expect(await shown()).toMatchObject({ state: 'open', data: 'kept' });
    await shot('old-version');
    expect(await violations(page())).toEqual([]);
  });

  it('keeps nothing: what is done in it is not in the app', async () => {
    await joinWaitlist(oldApp(), 'eve@example.com');
    expect(await signups()).toEqual(['ann@example.com', 'bob@example.com']);
    await old().getByRole('button', { name: 'Close' }).click();
    await session.app.getByText('Crumb').first().waitFor();
    await expect.poll(databases).toBe(0);
    await look(SECOND);
    await joinWaitlist(oldApp(), 'eve@example.com');
    expect(await signups()).toEqual(['ann@example.com', 'bob@example.com']);
  });

  it('is there again after a reload, and the session has stayed where it is', async () => {
    await page().reload();
    await oldApp().getByText('Dough').first().waitFor();
    const { at, commits } = await headOf();
    expect(at).toBe(commits.at(-1)?.sha);
    const { body } = await visitor.ask(`/api/sessions/${session.id}/events?from=0&limit=1000`);
    expect(JSON.stringify(body)).not.toContain('HistoryMove');
  });

  it('gives its place up to another one, and does not count it among what the app stores', async () => {
    await look(WAITLIST.title);
    await old().getByText('Version 2 of 4').waitFor();
    await oldApp().getByLabel('Email').waitFor();
    expect(await databases()).toBe(1);
    expect(await oldApp().getByText('Dough').count()).toBe(0);
  });

  it('is told apart from the app, is reached without a mouse, and fits a phone', async () => {
    await page().emulateMedia({ colorScheme: 'dark' });
    await shot('old-version-dark');
    await page().emulateMedia({ colorScheme: 'light' });
    await page().setViewportSize({ width: 390, height: 844 });
    await page().getByRole('tab', { name: 'Preview' }).click();
    await old().getByText('Version 2 of 4').waitFor();
    await shot('old-version-phone');
    expect(await violations(page())).toEqual([]);
    await page().setViewportSize({ width: 1440, height: 900 });
    await tabTo(page(), old().getByRole('button', { name: 'Fork' }));
    await page().keyboard.press('Enter');
    await page()
      .getByRole('dialog', { name: /^Fork / })
      .waitFor();
    await page().keyboard.press('Escape');
  });

  it('opens nothing but its own database', async () => {
    const { DATABASE_URL: url = '' } = onDisk(server.dataDir, session.slug).env();
    const [row] = await withClient(url, { timeoutMs: 10_000 }, async (client) => {
      const answer = await client.query<{ readonly name: string }>(
        `SELECT rolname AS name FROM pg_roles WHERE rolname LIKE 'mk0r_${session.slug}_p_%'`,
      );
      return answer.rows;
    });
    const elsewhere = new URL(url);
    elsewhere.pathname = `/${row?.name}`;
    // The app's own role gets no further than its own database, as ever.
    await expect(
      withClient(elsewhere.href, { timeoutMs: 10_000 }, (client) => client.query('SELECT 1')),
    ).rejects.toThrow();
  });

  it('becomes the app itself where one goes back to it', async () => {
    await old().getByRole('button', { name: 'Go back to this version' }).click();
    await page().getByRole('button', { name: 'Go there', exact: true }).click();
    await old().waitFor({ state: 'detached' });
    await session.app.getByLabel('Email').waitFor();
    await expect.poll(async () => (await headOf()).at).toBe((await headOf()).commits[0]?.sha);
    expect(await signups()).toEqual(['ann@example.com', 'bob@example.com']);
    await expect.poll(databases).toBe(0);
  });

  it('is gone after the server was killed, its database too', async () => {
    await look(THIRD);
    await oldApp().getByText('Crumb').first().waitFor();
    expect(await databases()).toBe(1);
    await server.end('SIGKILL');
    await server.start();
    await page().goto(`${server.url}/s/${session.id}`);
    await session.live();
    await expect.poll(databases, { timeout: 30_000 }).toBe(0);
  });

  it('sees no error in any console', () => {
    const expected = /net::ERR|Failed to load resource|WebSocket/;
    expect(
      visitor.received.complaints.filter((complaint) => !expected.test(JSON.stringify(complaint))),
    ).toEqual([]);
  });
});
