import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { type OnDisk, onDisk } from '../support/on-disk.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage } from '../support/session-page.ts';
import { tellOnFailure } from '../support/tell-on-failure.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

describeInBrowser('a visitor who comes while mail is down', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;
  let disk: OnDisk;
  let mailPort: number;

  const notice = (): Locator => visitor.page.getByText('Mail is missing.');
  const env = async () => {
    const { body } = await visitor.ask(`/api/sessions/${session.id}/env`);
    const { version, variables } = body as { version: number; variables: readonly { name: string }[] };
    return { version, names: variables.map(({ name }) => name) };
  };

  const signUp = async (email: string): Promise<void> => {
    await session.app.getByLabel('Email').fill(email);
    await session.app.getByRole('button', { name: 'Join the waitlist' }).click();
    await session.app.getByText('You are on the list.').waitFor();
  };

  beforeAll(async () => {
    // Without a pool the session is made while mail is down, and not before.
    [server, browser] = await Promise.all([startServer({ VM_POOL_TARGET_SIZE: '0' }), openChromium()]);
    mailPort = Number(readFileSync(join(server.dataDir, 'mail', 'port'), 'utf8'));
    await server.outage(mailPort, 'down');
    visitor = await newVisitor(browser);
    session = await build(visitor.page, server.url, 'A waitlist that mails me at owner@bakery.example');
    disk = onDisk(server.dataDir, session.slug);
    await session.committed(1);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  tellOnFailure(() => ({ server, visitor }));

  it('gets the app, and is told what it has to do without', async () => {
    await signUp('early@example.com');
    await notice().waitFor();
    const { body } = await visitor.ask(`/api/sessions/${session.id}`);
    expect(body).toMatchObject({ phase: 'ready', missing: ['resend'] });
    const { version, names } = await env();
    expect(version).toBe(1);
    expect(names).toContain('DATABASE_URL');
    expect(names.filter((name) => name.startsWith('RESEND_'))).toEqual([]);
  });

  it('gets mail by a retry once it is back, and keeps what they wrote into the file', async () => {
    appendFileSync(disk.envFile, "MY_OWN_KEY='mine, and staying'\n");
    await server.outage(mailPort, 'up');
    await visitor.page.getByRole('button', { name: 'Retry' }).first().click();
    await notice().waitFor({ state: 'detached' });

    await expect.poll(env, { timeout: 30_000 }).toMatchObject({
      version: 2,
      names: expect.arrayContaining(['RESEND_API_KEY', 'RESEND_AUDIENCE_ID', 'MY_OWN_KEY']),
    });
    expect(disk.env()).toMatchObject({
      MY_OWN_KEY: 'mine, and staying',
      RESEND_API_KEY: expect.stringMatching(/^re_/),
      DATABASE_URL: expect.stringMatching(/^postgres/),
    });
  });

  it('has mails sent by the app from then on, without another turn', async () => {
    await visitor.page.getByRole('button', { name: 'Reload the preview' }).click();
    await signUp('late@example.com');
    const { body } = await visitor.ask(`/api/sessions/${session.id}/mail`);
    expect(body).toMatchObject({ mails: [{ subject: 'New signup: late@example.com' }] });
    expect(await disk.sql('SELECT email FROM signups ORDER BY created_at')).toEqual([
      { email: 'early@example.com' },
      { email: 'late@example.com' },
    ]);
  });
});
