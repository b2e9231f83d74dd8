import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { onDisk } from '../support/on-disk.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage } from '../support/session-page.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const PROMPT = 'A waitlist for my bakery that stores each signup and mails me at owner@bakery.example';

describeInBrowser('a baker who asks for a waitlist', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser);
    session = await build(visitor.page, server.url, PROMPT);
    await session.committed(1);
    await session.app.getByLabel('Email').fill('Guest@Example.com');
    await session.app.getByRole('button', { name: 'Join the waitlist' }).click();
    await session.app.getByText('You are on the list.').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('has each signup in the database', async () => {
    const rows = await onDisk(server.dataDir, session.slug).sql(
      'SELECT email, notified_at IS NOT NULL AS told FROM signups',
    );
    expect(rows).toEqual([{ email: 'guest@example.com', told: true }]);
  });

  it('gets a mail about it, and a contact in the audience', async () => {
    const { body } = await visitor.ask(`/api/sessions/${session.id}/mail`);
    expect(body).toMatchObject({
      mails: [{ to: ['owner@bakery.example'], subject: 'New signup: guest@example.com' }],
      contacts: [{ email: 'guest@example.com' }],
    });
  });

  it('sees both on the page', async () => {
    await visitor.page.getByRole('tab', { name: 'Backend' }).click();
    await visitor.page.getByRole('button', { name: 'Mail', exact: true }).click();
    await visitor.page.getByRole('button', { name: /New signup: guest@example.com/ }).click();
    await visitor.page.getByText(/guest@example.com joined your waitlist/).waitFor();
  });

  it('sees no error in any console', () => {
    expect(visitor.received.complaints).toEqual([]);
  });
});
