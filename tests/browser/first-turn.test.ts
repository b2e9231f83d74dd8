import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { type OnDisk, onDisk } from '../support/on-disk.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage, sessionPage } from '../support/session-page.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const PROMPT =
  'Build me a habit tracker. The streaks should survive a page refresh, even if I close the browser.';

/** One visit from the first sentence on; each test goes on where the one before it ended. */
describeInBrowser('a stranger who asks for a habit tracker', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;
  let disk: OnDisk;

  const streak = () => session.app.getByText('1-day streak');
  const newHabit = () => session.app.getByLabel('New habit');
  const emptyTemplate = () => session.app.getByRole('heading', { name: 'Your app appears here' });

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('types one sentence and uses the app in the preview', async () => {
    session = await build(visitor.page, server.url, PROMPT);
    disk = onDisk(server.dataDir, session.slug);
    await session.committed(1);

    await newHabit().fill('Read 20 pages');
    await session.app.getByRole('button', { name: 'Add habit' }).click();
    await session.app.getByRole('button', { name: 'Check in Read 20 pages' }).click();
    await streak().waitFor();
  });

  it('is told what was verified before it was called finished', async () => {
    await session.turns.first().getByText('Verified: types, HTTP 200, page’s modules load').waitFor();
  });

  it('has the data in a database of its own', async () => {
    const [identity] = await disk.sql('SELECT current_user, current_database(), version()');
    expect(identity).toMatchObject({
      current_user: `mk0r_${session.slug}`,
      current_database: `mk0r_${session.slug}`,
      version: expect.stringMatching(/^PostgreSQL 17\./),
    });
    const rows = await disk.sql(
      'SELECT habits.name, check_ins.day = current_date AS today FROM habits JOIN check_ins ON habit_id = habits.id',
    );
    expect(rows).toEqual([{ name: 'Read 20 pages', today: true }]);
  });

  it('has the code as a commit in a repository of its own', async () => {
    await visitor.page.getByRole('tab', { name: 'History' }).click();
    const here = visitor.page.getByRole('listitem').filter({ hasText: 'You are here' });
    await here.waitFor();
    await here.getByText('not pushed yet').waitFor({ state: 'detached' });
    const shown = await here.locator('code').textContent();
    await visitor.page.getByRole('tab', { name: 'Preview' }).click();

    const commits = (await disk.git('log', '--format=%h', '--abbrev=7', 'main')).split('\n');
    expect(commits).toEqual([shown, expect.any(String)]);
    const files = (await disk.git('ls-tree', '-r', '--name-only', 'main')).split('\n');
    expect(files).toEqual(
      expect.arrayContaining(['server/tables/habits.ts', 'src/features/habits/HabitsScreen.tsx']),
    );
    expect(files).not.toContain('.env');
  });

  it('finds session, conversation and streak again after a reload', async () => {
    const said = await session.conversation();
    await visitor.page.reload();
    await session.live();
    await streak().waitFor();
    expect(await session.conversation()).toEqual(said);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(PROMPT);
  });

  it('finds the streak in another browser', async () => {
    const address = await visitor.page.getByTitle('Preview', { exact: true }).getAttribute('src');
    const elsewhere = await newVisitor(browser);
    await elsewhere.page.goto(address ?? '');
    await elsewhere.page.getByText('1-day streak').waitFor();
    await elsewhere.context.close();
    expect(elsewhere.received.complaints).toEqual([]);
  });

  it('undoes the turn and redoes it, and keeps the data', async () => {
    await visitor.page.getByRole('button', { name: 'Undo' }).click();
    await emptyTemplate().waitFor();
    expect(await disk.sql('SELECT name FROM habits')).toEqual([{ name: 'Read 20 pages' }]);

    await visitor.page.getByRole('button', { name: 'Redo' }).click();
    await streak().waitFor();
  });

  it('goes on in words, and a second tab hears every one of them', async () => {
    const second = sessionPage(await visitor.context.newPage(), session.id);
    await second.page.goto(visitor.page.url());
    await second.live();

    await session.send('Rename it to "Momentum" and make it orange');
    await Promise.all([session.committed(2), second.committed(2)]);
    await session.app.getByRole('heading', { name: 'Momentum' }).waitFor();
    await streak().waitFor();
    expect(await second.conversation()).toEqual(await session.conversation());
    await second.page.close();
  });

  it('sees no error in any console', () => {
    expect(visitor.received.complaints).toEqual([]);
  });
});
