import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { historyTab } from '../support/history-tab.ts';
import { onDisk } from '../support/on-disk.ts';
import { screenshot } from '../support/screenshot.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage, sessionPage } from '../support/session-page.ts';
import { tellOnFailure } from '../support/tell-on-failure.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';
import { joinWaitlist, signupsOf, WAITLIST } from '../support/waitlist-app.ts';

const SECOND = 'Call it Dough';

describeInBrowser('a fork of a version', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;
  let before: { readonly events: number; readonly head: string };

  const page = (): Page => visitor.page;
  const tab = (name: string) => page().getByRole('tab', { name }).click();
  const history = () => historyTab(page());
  const fork = async (dialog: Locator): Promise<SessionPage> => {
    const from = page().url();
    await dialog.getByRole('button', { name: 'Fork', exact: true }).click();
    await page().waitForURL((url) => url.href !== from && url.pathname.startsWith('/s/'));
    return sessionPage(page(), new URL(page().url()).pathname.replace('/s/', ''));
  };
  const origin = () => page().getByRole('region', { name: 'Forked from' });
  const join = ({ app }: SessionPage, email: string) => joinWaitlist(app, email);
  const signups = ({ slug }: SessionPage) => signupsOf(server.dataDir, slug);
  const eventsOf = async (id: string): Promise<readonly { readonly type: string; readonly data: object }[]> =>
    (
      (await visitor.ask(`/api/sessions/${id}/events?from=0&limit=1000`)).body as {
        readonly events: readonly { readonly type: string; readonly data: object }[];
      }
    ).events;
  const headOf = async (id: string): Promise<string> =>
    ((await visitor.ask(`/api/sessions/${id}`)).body as { readonly history: { readonly at: string } }).history
      .at;
  const shot = (name: string) => screenshot(page(), name);

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser);
    session = await build(page(), server.url, WAITLIST.prompt);
    await session.committed(1);
    await join(session, 'ann@example.com');
    await session.send(SECOND);
    await session.committed(2);
    await history().show();
    await history().version(SECOND).filter({ hasText: 'data kept' }).waitFor();
    await tab('Preview');
    await page().reload();
    await session.live();
    await join(session, 'bob@example.com');
    await history().show();
    await history().rows().filter({ hasText: 'not pushed yet' }).first().waitFor({ state: 'detached' });
    before = { events: (await eventsOf(session.id)).length, head: await headOf(session.id) };
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  tellOnFailure(() => ({ server, visitor }));

  it('says before it is made what it is made of', async () => {
    const dialog = await history().fork(SECOND);
    await dialog.getByRole('radio', { name: /A copy of it as it was/ }).isChecked();
    await dialog.getByText('signups: 1 row').waitFor();
    expect(await violations(page())).toEqual([]);
    await shot('fork-dialog');
  });

  it('is an app of its own, with the code and the data of the version', async () => {
    const made = await fork(page().getByRole('dialog'));
    await origin().getByRole('link').waitFor();
    await made.app.getByText('Dough').first().waitFor();
    expect(await signups(made)).toEqual(['ann@example.com']);
    await join(made, 'cleo@example.com');
    expect(await signups(made)).toEqual(['ann@example.com', 'cleo@example.com']);
    await page()
      .getByRole('heading', { level: 1 })
      .filter({ hasText: /^Fork of / })
      .waitFor();
    await expect.poll(() => headOf(made.id)).toBe(before.head);
    await shot('fork');
    expect(await violations(page())).toEqual([]);
    await page().reload();
    await made.live();
    await made.app.getByText('Dough').first().waitFor();
    await origin()
      .getByText(/Forked from .* with its data/)
      .waitFor();
    await history().show();
    await history().rows().filter({ hasText: 'Forked from' }).and(history().here()).waitFor();
    await shot('fork-history');
  });

  it('is worked on like any other', async () => {
    const made = sessionPage(page(), new URL(page().url()).pathname.replace('/s/', ''));
    await made.send('Call it Crumb');
    await made.committed(1);
    await tab('Preview');
    await made.app.getByText('Crumb').first().waitFor();
    expect(await signups(made)).toEqual(['ann@example.com', 'cleo@example.com']);
  });

  it('leaves the app it is of as it was: code, rows and log', async () => {
    await origin().getByRole('link').click();
    await page().waitForURL(`**/s/${session.id}`);
    await tab('Preview');
    await session.app.getByText('Dough').first().waitFor();
    expect(await signups(session)).toEqual(['ann@example.com', 'bob@example.com']);
    expect(await headOf(session.id)).toBe(before.head);
    const since = (await eventsOf(session.id)).slice(before.events).map(({ type }) => type);
    expect(since.filter((type) => /Fork|Commit|Move|Checkpoint/.test(type))).toEqual([]);
  });

  it('of the first version with an empty database has its tables, and nothing in them', async () => {
    const dialog = await history().fork(WAITLIST.title);
    await dialog.getByRole('radio', { name: /An empty database/ }).check();
    const made = await fork(dialog);
    await origin()
      .getByText(/with an empty database/)
      .waitFor();
    // The app migrates with the first request.
    await join(made, 'dan@example.com');
    expect(await signups(made)).toEqual(['dan@example.com']);
    expect(await signups(session)).toEqual(['ann@example.com', 'bob@example.com']);
  });

  it('holds nothing that opens the app it is of', async () => {
    const theirs = await onDisk(server.dataDir, session.slug).env();
    const made = sessionPage(page(), new URL(page().url()).pathname.replace('/s/', ''));
    const ours = await onDisk(server.dataDir, made.slug).env();
    for (const name of ['DATABASE_URL', 'RESEND_API_KEY', 'GITHUB_REPO']) {
      expect(ours[name]).not.toBe('');
      expect(ours[name]).not.toBe(theirs[name]);
    }
  });

  it('sees no error in any console', () => {
    expect(visitor.received.complaints).toEqual([]);
  });
});
