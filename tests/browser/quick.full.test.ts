import { unzipSync } from 'fflate';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AnthropicStandIn, startAnthropicStandIn } from '../stand-ins/anthropic/server.ts';
import { press, violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { onDisk } from '../support/on-disk.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { type SessionPage, sessionPage } from '../support/session-page.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const PROMPT = 'Build me a habit tracker. The streaks should survive a page refresh.';

/** Chooses the quick page by keyboard, types the sentence and follows to the session it opens. */
const begin = async ({ page }: Visitor, url: string, prompt: string): Promise<SessionPage> => {
  await page.goto(url);
  await page.getByRole('radio', { name: /^Full app/ }).focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('radio', { name: /^Quick page/, checked: true }).waitFor();
  await page.getByRole('textbox', { name: 'Describe your app' }).fill(prompt);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/s/*');
  return sessionPage(page, new URL(page.url()).pathname.replace('/s/', ''));
};

/** As a person would: a habit, and that it was done today. */
const use = async (page: Pick<Page, 'getByRole' | 'getByText'> | FrameLocator): Promise<void> => {
  await page.getByRole('textbox', { name: 'New habit' }).fill('Read');
  await page.getByRole('button', { name: 'Add habit' }).click();
  await page.getByRole('button', { name: 'Read today' }).click();
  await page.getByText('1 day in a row').waitFor();
};

const typesOf = async (visitor: Visitor, { id }: SessionPage): Promise<readonly string[]> => {
  const { body } = await visitor.ask(`/api/sessions/${id}/events?from=0&limit=1000`);
  return (body as { readonly events: readonly { readonly type: string }[] }).events.map(({ type }) => type);
};

describeInBrowser('a quick page by the offline writer', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;

  const tab = (name: string) => visitor.page.getByRole('tab', { name }).click();

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ VM_POOL_TARGET_SIZE: '0' }), openChromium()]);
    visitor = await newVisitor(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('is there without a boot, works as a person uses it, and keeps what was entered', async () => {
    session = await begin(visitor, server.url, PROMPT);
    await session.committed(1);
    const { page, app, slug } = session;
    await use(app);
    // In a frame of another site some browsers keep nothing; in a tab of its own all do.
    const own = await visitor.context.newPage();
    await own.goto(new URL(`http://${slug}.preview.${new URL(server.url).host}`).href);
    await use(own);
    await own.reload();
    await own.getByText('1 day in a row').waitFor();
    await own.close();
    await page.getByRole('region', { name: 'Quick page' }).waitFor();
    expect(await violations(page)).toEqual([]);
    const types = await typesOf(visitor, session);
    expect(types).toContain('TurnFinished');
    expect(types).not.toContain('StepStarted');
  });

  it('is changed by a follow-up, undone and redone', async () => {
    const { app, page } = session;
    await session.send('Call it Momentum');
    await session.committed(2);
    await app.getByRole('heading', { name: 'Momentum' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await app.getByRole('heading', { name: 'Habits', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Redo' }).click();
    await app.getByRole('heading', { name: 'Momentum' }).waitFor();
  });

  it('shows its code, what a turn changed, and comes along as a ZIP; a backend it has not', async () => {
    const { page } = session;
    await tab('Code');
    await page.getByRole('region', { name: 'index.html' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the page' }).click();
    const stream = await (await download).createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const files = unzipSync(Buffer.concat(chunks));
    expect(Buffer.from(files['index.html'] ?? []).toString()).toContain('<h1>Momentum</h1>');
    await tab('History');
    await page.getByRole('button', { name: /Call it Momentum/ }).waitFor();
    await tab('Backend');
    await page.getByRole('heading', { name: 'A quick page has no backend' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await tab('Preview');
  });

  it('becomes a full app of the same session: its history is in the repository, and the app knows all of it', async () => {
    const { page, app, slug } = session;
    const before = await visitor.ask(`/api/sessions/${session.id}`);
    const { at } = (before.body as { readonly history: { readonly at: string } }).history;
    await press(page, page.getByRole('button', { name: 'Make it a full app' }));
    await page.getByRole('region', { name: /Starting your app/ }).waitFor();
    await session.committed(3);
    await app.getByRole('heading', { name: 'Momentum' }).waitFor();
    await app.getByRole('textbox').first().fill('Swim');
    await app.getByRole('textbox').first().press('Enter');
    await app.getByText('Swim').first().waitFor();
    const { git } = onDisk(server.dataDir, slug);
    await expect.poll(async () => (await git('log', '--format=%H', 'main')).split('\n')).toContain(at);
    expect(await git('show', 'main:quick/index.html')).toContain('<h1>Momentum</h1>');
    await tab('History');
    await page.getByRole('heading', { name: 'The quick page it was before' }).waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: at.slice(0, 7) })
      .getByRole('button')
      .click();
    await page.getByText('+<h1>').or(page.getByText('Momentum')).first().waitFor();
  });
});

const words = (text: string) => `<p class="line">${text}</p>\n`;
const LINES = Array.from({ length: 40 }, (_, index) => `A line that takes its time, number ${index + 1}.`);
const SLOW = `Here it is.\n\n<!doctype html>\n<html lang="en"><head><title>Slow</title></head><body><h1>Slow page</h1>\n${LINES.map(words).join('')}<p>The end</p></body></html>`;

describeInBrowser('a quick page by a model that writes slowly', () => {
  let model: AnthropicStandIn;
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;

  beforeAll(async () => {
    model = await startAnthropicStandIn({ key: 'sk-ant-test-key' });
    model.tells([
      { when: /Slow/, answers: [{ parts: [{ says: SLOW }], how: 'slow' }] },
      {
        when: /shorter/,
        answers: [[{ says: 'Done.\n\n<!doctype html><html lang="en"><h1>Short page</h1></html>' }]],
      },
    ]);
    const env = {
      VM_POOL_TARGET_SIZE: '0',
      ANTHROPIC_API_KEY: 'sk-ant-test-key',
      ANTHROPIC_BASE_URL: model.url,
      AGENT_COMMAND: 'node --version',
    };
    [server, browser] = await Promise.all([startServer(env), openChromium()]);
    visitor = await newVisitor(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await model?.close();
  });

  it('is on view while it is being written, and whole in the end; what it cost stands beside it', async () => {
    const session = await begin(visitor, server.url, 'Slow');
    const lines = session.app.locator('p.line');
    await session.app.getByRole('heading', { name: 'Slow page' }).waitFor();
    await expect.poll(() => lines.count(), { timeout: 60_000 }).toBeGreaterThan(0);
    expect(await typesOf(visitor, session)).not.toContain('TurnCommitted');
    expect(await session.app.getByText('The end').count()).toBe(0);
    await session.committed(1);
    await session.app.getByText('The end').waitFor();
    expect(await lines.count()).toBe(LINES.length);
    expect(await typesOf(visitor, session)).toEqual(
      expect.arrayContaining(['ModelCallStarted', 'UsageRecorded', 'TurnCommitted']),
    );
    const [call] = model.calls;
    expect(call?.request).toMatchObject({ model: 'claude-haiku-5-5', stream: true });
  });

  it('is as it was before where its server is killed in the middle, and is then written again', async () => {
    const session = await begin(visitor, server.url, 'Make it shorter');
    await session.committed(1);
    await session.send('Slow, please');
    await session.app.getByRole('heading', { name: 'Slow page' }).waitFor();
    await server.end('SIGKILL');
    model.tells([{ when: /Slow/, answers: [[{ says: SLOW.replace('Slow page', 'Whole page') }]] }]);
    await server.start();
    await session.committed(2);
    await session.app.getByRole('heading', { name: 'Whole page' }).waitFor();
    await session.app.getByText('The end').waitFor();
    expect((await typesOf(visitor, session)).filter((type) => type === 'TurnCommitted')).toHaveLength(2);
  });
});
