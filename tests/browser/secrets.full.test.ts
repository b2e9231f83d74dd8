import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { watchCommandLines } from '../support/command-lines.ts';
import { onDisk } from '../support/on-disk.ts';
import { findSecrets, type Place, type Secrets } from '../support/secret-search.ts';
import { secretsOf } from '../support/secrets-of.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage, sessionPage } from '../support/session-page.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const PROMPT = 'A waitlist for the Quokka Bakery that mails me at quokka@bakery.example';
const words = {
  prompt: PROMPT,
  'product’s name': 'Quokka Bakery',
  'owner’s address': 'quokka@bakery.example',
};

/** A whole visit that touches everything, and then a search through everything it left behind. */
describeInBrowser('a session’s secrets', () => {
  const adminToken = randomBytes(24).toString('base64url');
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;
  let secrets: Secrets;
  let sessionKey: string;
  let commandLines: readonly string[];

  const stored = (): readonly Place[] => {
    const dir = join(server.dataDir, 'log');
    return readdirSync(dir).flatMap((name) => textOf(join(dir, name)).map((text) => ({ name, text })));
  };
  const received = async (): Promise<readonly Place[]> =>
    [...(await visitor.received.bodies()), ...visitor.received.frames].map(({ url, text }) => ({
      name: new URL(url).pathname,
      text,
    }));

  const openEverything = async (): Promise<void> => {
    const { page } = visitor;
    const tab = (name: string) => page.getByRole('tab', { name }).click();
    await tab('History');
    await page.getByText('You are here').waitFor();
    await tab('Backend');
    for (const panel of ['Services', 'Database', 'Mail', 'Analytics', 'Repository']) {
      await page.getByRole('button', { name: panel, exact: true }).click();
      await page.getByRole('heading', { name: panel, exact: true }).waitFor();
    }
    await page.getByRole('button', { name: 'Get a clone command' }).click();
    await page.getByText(/git clone/).waitFor();
    await tab('Events');
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText(/Nothing was changed or removed/).waitFor();
    await tab('Preview');
  };

  beforeAll(async () => {
    const settings = { ADMIN_TOKEN: adminToken, LOG_LEVEL: 'trace' };
    const stopWatching = watchCommandLines();
    [server, browser] = await Promise.all([startServer(settings), openChromium()]);
    visitor = await newVisitor(browser);
    session = await build(visitor.page, server.url, PROMPT);
    await session.committed(1);
    await session.app.getByLabel('Email').fill('guest@example.com');
    await session.app.getByRole('button', { name: 'Join the waitlist' }).click();
    await session.app.getByText('You are on the list.').waitFor();
    await openEverything();

    secrets = { ...secretsOf(server.dataDir, session), 'admin token': adminToken };
    const cookies = await visitor.context.cookies(`${server.url}/api`);
    sessionKey = cookies.find(({ name }) => name === 'mk0r_session_key')?.value ?? '';

    await server.end('SIGTERM');
    await server.start();
    await session.live();
    await session.send('Make it orange');
    await session.committed(2);
    commandLines = stopWatching();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('are in the files that are meant to hold them, where the search finds them', () => {
    const env = readFileSync(onDisk(server.dataDir, session.slug).envFile, 'latin1');
    expect(findSecrets(secrets, [{ name: '.env', text: env }])).toEqual([
      'DATABASE_URL in .env',
      'NEON_ROLE_PASSWORD in .env',
      'RESEND_API_KEY in .env',
    ]);
  });

  it('are not readable in the log, the vault or the views on disk', () => {
    expect(stored().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['events.db', 'vault.db', 'views.db']),
    );
    expect(findSecrets({ ...secrets, 'session key': sessionKey }, stored())).toEqual([]);
  });

  it('are as little to be read in the log as what the visitor said', () => {
    expect(
      findSecrets(
        words,
        stored().filter(({ name }) => !name.startsWith('views.db')),
      ),
    ).toEqual([]);
  });

  it('are not in what the server writes about itself', () => {
    const text = server.log();
    expect(text).toContain(session.slug);
    expect(findSecrets({ ...secrets, ...words, 'session key': sessionKey }, [{ name: 'log', text }])).toEqual(
      [],
    );
  });

  it('never reach the browser: no frame, no header, no body, no script', async () => {
    const places = await received();
    expect(places.length).toBeGreaterThan(100);
    expect(places.map(({ name }) => name)).toContain('/api/live');
    expect(findSecrets(secrets, places)).toEqual([]);
    // One key per browser, set once as a cookie no script can read.
    expect(findSecrets({ 'session key': sessionKey }, places)).toEqual(['session key in /api/sessions']);
  });

  it('are no program’s argument', () => {
    expect(commandLines.some((line) => line.includes('api/main.ts'))).toBe(true);
    const places = commandLines.map((text) => ({ name: text.slice(0, 20), text }));
    expect(findSecrets({ ...secrets, 'session key': sessionKey }, places)).toEqual([]);
  });

  it('and every word are gone once the visitor deletes the app: from the disk, and from the browser', async () => {
    expect(findSecrets(words, stored())).not.toEqual([]);
    const { page, context } = visitor;
    await writeMessage(page);
    // A second tab, which was left and come back to: it has kept what it shows.
    const other = await context.newPage();
    await other.goto(page.url());
    await sessionPage(other, session.id).live();
    await other.reload();
    await sessionPage(other, session.id).live();
    await writeMessage(other);
    for (const tab of [page, other]) expect(findSecrets(words, await keptBy(tab))).not.toEqual([]);

    await page.getByRole('button', { name: 'Delete this app' }).click();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('textbox', { name: 'Describe your app' }).waitFor();
    expect(findSecrets(words, await keptBy(page))).toEqual([]);
    expect(await pictures(page)).toEqual([]);
    await expect.poll(async () => findSecrets(words, await keptBy(other))).toEqual([]);
    await other.close();
    await page.goBack();
    expect(await page.evaluate('history.state')).toBeNull();
    await page.reload();
    expect(findSecrets(words, await keptBy(page))).toEqual([]);
    await expect.poll(() => findSecrets(words, stored()), { timeout: 60_000 }).toEqual([]);
  });
});

/** Nothing of a file that is gone since it was listed: a journal, or a note of what is still to be done. */
const textOf = (path: string): readonly string[] => {
  try {
    return [readFileSync(path, 'latin1')];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

/** Not sent: a draft, with what is searched for in it. */
const writeMessage = (page: Page): Promise<void> =>
  page.getByRole('textbox', { name: 'Message' }).fill('Quokka Bakery in bigger letters');

/** All that pages of this origin keep: for the tab, for the browser, and with the tab's history. */
const keptBy = async (page: Page): Promise<readonly Place[]> => [
  { name: 'sessionStorage', text: await page.evaluate('JSON.stringify({ ...sessionStorage })') },
  { name: 'localStorage', text: await page.evaluate('JSON.stringify({ ...localStorage })') },
  { name: 'history', text: await page.evaluate('JSON.stringify(history.state)') },
];

const pictures = (page: Page): Promise<readonly string[]> =>
  page.evaluate('Object.keys(localStorage).filter((key) => key.startsWith("mk0r-picture-"))');
