import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SessionView } from '../../projections/views.ts';
import { violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { onDisk } from '../support/on-disk.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage, sessionPage } from '../support/session-page.ts';
import { SMALL_AGENT } from '../support/small-agent.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const ADMIN_TOKEN = 'the-operator-of-this-test';
const SOON = { timeout: 20_000 };
/** A picture of one pixel; 43 bytes. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** A visitor whose agent offers models, looks at pictures, fails and is slow; whose server and sandbox go away. */
describeInBrowser('a visitor whose turn does not go as it should', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;

  const last = () => session.turns.last();
  const said = (words: string): Promise<void> => last().getByText(words, { exact: true }).waitFor();
  const network = (state: 'down' | 'up'): Promise<void> =>
    server.outage(Number(new URL(server.url).port), state);
  const view = async (): Promise<SessionView> =>
    (await visitor.ask(`/api/sessions/${session.id}`)).body as SessionView;

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startServer({ AGENT_COMMAND: SMALL_AGENT, ADMIN_TOKEN }),
      openChromium(),
    ]);
    visitor = await newVisitor(browser);
    session = await build(visitor.page, server.url, 'Hello');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('chooses the model of the next turn in the chat', async () => {
    await said('haiku heard: Hello');
    const choice = visitor.page.getByRole('combobox', { name: 'Model' });
    await choice.selectOption('Big');
    await expect.poll(async () => (await view()).model, SOON).toBe('big');
    await session.send('And now?');
    await said('big heard: And now?');
  });

  it('shows it a picture, which the agent sees', async () => {
    await visitor.page
      .getByLabel('Pictures to attach')
      .setInputFiles({ name: 'pixel.gif', mimeType: 'image/gif', buffer: PIXEL });
    await visitor.page.getByRole('button', { name: 'Remove pixel.gif' }).waitFor();
    await session.send('What is this?');
    await said(`I see ${PIXEL.length} bytes`);
  });

  it('edits a message that failed, with the picture it had, and sends it again', async () => {
    await visitor.page
      .getByLabel('Pictures to attach')
      .setInputFiles({ name: 'pixel.gif', mimeType: 'image/gif', buffer: PIXEL });
    await visitor.page.getByRole('button', { name: 'Remove pixel.gif' }).waitFor();
    await session.send('Please fail');
    await last().getByText('This turn failed.').waitFor();
    expect(await violations(visitor.page)).toEqual([]);
    await last().getByRole('button', { name: 'Edit' }).click();
    const message = visitor.page.getByRole('textbox', { name: 'Message' });
    await expect.poll(() => message.inputValue(), SOON).toBe('Please fail');
    await visitor.page.getByRole('button', { name: 'Remove Picture 1' }).waitFor();
    await message.fill('Please work');
    await visitor.page.keyboard.press('Enter');
    await said('big heard: Please work');
    await said(`I see ${PIXEL.length} bytes`);
  });

  it('sees a turn through in which the server was killed: complete, in order, nothing twice', async () => {
    await session.send('Be slow');
    await said('Part 2');
    await server.end('SIGKILL');
    await visitor.page.getByText(/^Reconnecting from event \d+/).waitFor();
    await server.start();
    await session.live();
    await last().and(visitor.page.locator('[aria-busy="false"]')).waitFor({ timeout: 120_000 });
    const parts = await last()
      .getByText(/^Part \d$/)
      .allInnerTexts();
    expect(parts).toEqual(Array.from({ length: 8 }, (_, index) => `Part ${index + 1}`));
    expect(await last().getByText('big heard: Be slow').count()).toBe(1);
    const shown = await session.conversation();
    const fresh = sessionPage(await visitor.context.newPage(), session.id);
    await fresh.page.goto(visitor.page.url());
    await fresh.live();
    await expect.poll(() => fresh.conversation(), SOON).toEqual(shown);
    await fresh.page.close();
  });

  it('is told that the server cannot be reached where the app would be, and has the app back by itself', async () => {
    await session.app.getByText('Your app appears here').waitFor();
    await network('down');
    await visitor.page.getByText(/^Reconnecting from event \d+/).waitFor();
    await visitor.page.getByRole('button', { name: 'Reload the preview' }).click();
    await visitor.page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor();
    await network('up');
    await session.live();
    await session.app.getByText('Your app appears here').waitFor();
  });

  it('rebuilds a sandbox of which nothing is left, from its last commit', async () => {
    const { envFile } = onDisk(server.dataDir, session.slug);
    await visitor.page.getByRole('tab', { name: 'Code' }).click();
    const files = visitor.page.getByRole('navigation', { name: 'Files' });
    await files.getByRole('button', { name: 'App.tsx', exact: true }).click();
    await visitor.page.getByRole('textbox', { name: /^Edit / }).click();
    await visitor.page.keyboard.press('Control+a');
    await visitor.page.keyboard.insertText('export function App() {\n  return <h1>By hand</h1>;\n}\n');
    await visitor.page.keyboard.press('Control+s');
    await visitor.page.getByText('Saved, as a commit').waitFor();
    await expect.poll(async () => (await view()).history.commits.at(-1)?.pushed, SOON).toBe(true);
    const commit = (await view()).history.at.slice(0, 7);
    await visitor.page.getByRole('tab', { name: 'Preview' }).click();
    await session.app.getByRole('heading', { name: 'By hand' }).waitFor();
    await server.end('SIGTERM');
    rmSync(join(dirname(envFile), '..'), { recursive: true });
    await server.start();
    await visitor.page.getByRole('heading', { name: 'Your app is asleep' }).waitFor();
    // Twice, since one look may be wrong.
    for (let looks = 0; looks < 2; looks += 1) {
      const { status } = await fetch(`${server.url}/api/orphans/release`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      });
      expect(status).toBe(200);
    }
    await visitor.page.getByRole('heading', { name: 'The sandbox was lost' }).waitFor();
    expect(await violations(visitor.page)).toEqual([]);
    await visitor.page.getByRole('button', { name: `Rebuild from ${commit}` }).click();
    await session.app.getByRole('heading', { name: 'By hand' }).waitFor({ timeout: 120_000 });
    expect((await view()).sandbox).toBe('awake');
  });
});
