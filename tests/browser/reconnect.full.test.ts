import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { onDisk } from '../support/on-disk.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage } from '../support/session-page.ts';
import { tellOnFailure } from '../support/tell-on-failure.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

describeInBrowser('a visitor whose server is restarted under them', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser);
    session = await build(visitor.page, server.url, 'Build me a habit tracker');
    await session.committed(1);
    await session.app.getByLabel('New habit').fill('Stretch');
    await session.app.getByRole('button', { name: 'Add habit' }).click();
    await session.app.getByRole('button', { name: 'Check in Stretch' }).click();
    await session.app.getByText('1-day streak').waitFor();
    // It is on the page before it is in the table.
    const checkIns = () => onDisk(server.dataDir, session.slug).sql('select day from check_ins');
    await vi.waitFor(async () => expect(await checkIns()).toHaveLength(1), { timeout: 30_000 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  tellOnFailure(() => ({ server, visitor }));

  it.each(['SIGTERM', 'SIGKILL'] as const)('is told so, and goes on where they were: %s', async (signal) => {
    const said = await session.conversation();
    await server.end(signal);
    await visitor.page.getByText(/^Reconnecting from event \d+/).waitFor();
    expect(await session.conversation()).toEqual(said);

    await server.start();
    await session.live();
    expect(await session.conversation()).toEqual(said);

    await visitor.page.getByRole('button', { name: 'Wake' }).click();
    await session.app.getByText('1-day streak').waitFor();
  });

  it('keeps what is written while it is away, and answers it once', async () => {
    await session.send('Make it orange');
    await session.committed(2);
    const said = await session.conversation();
    await visitor.page.reload();
    await session.live();
    expect(await session.conversation()).toEqual(said);
    expect(said).toHaveLength(2);
  });
});
