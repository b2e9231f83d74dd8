import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage } from '../support/session-page.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

type Guest = { readonly visitor: Visitor; readonly session: SessionPage };

const arrive = async (browser: Browser, url: string, prompt: string): Promise<Guest> => {
  const visitor = await newVisitor(browser);
  return { visitor, session: await build(visitor.page, url, prompt) };
};

describeInBrowser('two visitors at once, where one session stands ready', () => {
  let server: TestServer;
  let browser: Browser;
  let runner: Guest;
  let cook: Guest;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ VM_POOL_TARGET_SIZE: '1' }), openChromium()]);
    const pool = async () => (await fetch(`${server.url}/api/warm`)).json();
    await vi.waitFor(async () => expect(await pool()).toMatchObject({ ready: 1 }), { timeout: 120_000 });
    [runner, cook] = await Promise.all([
      arrive(browser, server.url, 'Build me a run tracker'),
      arrive(browser, server.url, 'a recipe book'),
    ]);
    await Promise.all([runner.session.committed(1), cook.session.committed(1)]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('gives one the session that stood ready, and boots another', async () => {
    const views = [
      await runner.visitor.ask(`/api/sessions/${runner.session.id}`),
      await cook.visitor.ask(`/api/sessions/${cook.session.id}`),
    ].map(({ body }) => body as { readonly source: string; readonly phase: string });
    expect(views.map(({ source }) => source).toSorted()).toEqual(['cold', 'pool']);
    expect(views.map(({ phase }) => phase)).toEqual(['ready', 'ready']);
    expect(runner.session.id).not.toBe(cook.session.id);
  });

  it('shows each their own app', async () => {
    await runner.session.app.getByLabel('Distance (km)').first().waitFor();
    await cook.session.app.getByLabel('Ingredients').first().waitFor();
  });

  it('lets neither know that the other’s session exists', async () => {
    for (const [{ visitor }, { session }] of [
      [runner, cook],
      [cook, runner],
    ] as const) {
      for (const part of ['', '/transcript', '/events', '/files', '/env', '/clone', '/database', '/mail']) {
        expect(await visitor.ask(`/api/sessions/${session.id}${part}`), part).toMatchObject({
          status: 404,
          body: { code: 'session_not_found' },
        });
      }
      await visitor.page.goto(`${server.url}/s/${session.id}`);
      await visitor.page.getByRole('link', { name: 'Start a new app' }).waitFor();
    }
  });
});
