import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AppErrorView, SessionView } from '../../projections/views.ts';
import { violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage, sessionPage } from '../support/session-page.ts';
import { tellOnFailure } from '../support/tell-on-failure.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

/** An app that breaks in every way an app can, and an agent (rule-based, here) that does not know how to mend it. */
describeInBrowser('an app that breaks', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;

  const appFile = (path: string): string =>
    join(server.dataDir, 'sandboxes', `mk0r-${session.slug}`, 'app', path);
  const original = new Map<string, string>();
  const edit = (path: string, change: (code: string) => string): void => {
    const code = original.get(path) ?? readFileSync(appFile(path), 'utf8');
    original.set(path, code);
    writeFileSync(appFile(path), change(code));
  };
  const mend = (path: string): void => writeFileSync(appFile(path), original.get(path) ?? '');
  const card = (name: string, page: Page = visitor.page) => page.getByRole('region', { name });
  const reload = (): Promise<void> =>
    visitor.page.getByRole('button', { name: 'Reload the preview' }).click();
  const errors = async (): Promise<readonly AppErrorView[]> => {
    const { body } = await visitor.ask(`/api/sessions/${session.id}`);
    return (body as SessionView).appErrors;
  };

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser);
    session = await build(visitor.page, server.url, 'Build me a habit tracker');
    await session.committed(1);
    await session.app.getByLabel('New habit').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  tellOnFailure(() => ({ server, visitor }));

  it('says so where its page throws, and takes it back into the log once', async () => {
    edit(
      'src/App.tsx',
      (code) => `${code}\nsetTimeout(() => { throw new Error('the streak broke'); }, 0);\n`,
    );
    await reload();
    await card('Your app’s page shows an error')
      .getByText('Error: the streak broke', { exact: true })
      .waitFor();
    await reload();
    await session.app.getByLabel('New habit').waitFor();
    expect((await errors()).map(({ source, message }) => [source, message])).toEqual([
      ['page', 'Error: the streak broke'],
    ]);
    mend('src/App.tsx');
    await card('Your app’s page shows an error').getByRole('button', { name: 'Hide this error' }).click();
  });

  it('says so where its code does not compile', async () => {
    edit('src/App.tsx', (code) => `${code}\nexport const broken = ;\n`);
    await reload();
    await card('Your app does not compile')
      .getByText(/Unexpected token/)
      .waitFor();
  });

  it('says so in every page of it, also in one that loads while another is open', async () => {
    const address = await visitor.page.locator('iframe[title="Preview"]').getAttribute('src');
    const beside = await visitor.context.newPage();
    await beside.goto(address ?? '');
    for (let load = 0; load < 3; load += 1) {
      await reload();
      await session.app
        .locator('vite-error-overlay')
        .getByText(/Unexpected token/)
        .waitFor();
    }
    mend('src/App.tsx');
    // Each is loaded anew by itself once its code compiles.
    await beside.getByLabel('New habit').waitFor();
    await session.app.getByLabel('New habit').waitFor();
    await beside.close();
    await card('Your app does not compile').getByRole('button', { name: 'Hide this error' }).click();
  });

  it('says what its server could not do, and why', async () => {
    edit('server/routes/habits.ts', (code) =>
      code.replace(/(\.get\([^{]*\{)/, '$1 throw new Error("no such thing as a habit");'),
    );
    await reload();
    const shown = card('Your app’s server fails');
    await shown
      .getByText('GET /api/habits answered 500: no such thing as a habit', { exact: true })
      .waitFor();
    await shown.getByText('Details').click();
    await shown.getByText(/server\/routes\/habits\.ts/).waitFor();
    expect(await violations(visitor.page)).toEqual([]);
  });

  it('is sent to the agent three times, counted for every tab, and then no more', async () => {
    const second = sessionPage(await visitor.context.newPage(), session.id);
    await second.page.goto(visitor.page.url());
    await second.live();
    const both = [visitor.page, second.page];
    for (const attempt of [1, 2, 3]) {
      const [asking, looking] = attempt % 2 === 0 ? [...both].reverse() : both;
      if (asking === undefined || looking === undefined) throw new Error('two tabs');
      if (attempt > 1)
        await card('Your app’s server fails', looking).getByText(`Attempt ${attempt} of 3`).waitFor();
      await card('Your app’s server fails', asking).getByRole('button', { name: 'Fix this' }).click();
      await asking
        .getByText('Fix the error')
        .nth(attempt - 1)
        .waitFor();
      await asking.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
    }
    for (const page of both) {
      const shown = card('Your app’s server fails', page);
      await shown.getByText(/3 attempts did not fix it/).waitFor();
      expect(await shown.getByRole('listitem').count()).toBe(3);
      expect(await shown.getByRole('button', { name: 'Fix this' }).count()).toBe(0);
    }
    expect(await violations(visitor.page)).toEqual([]);
    const [error] = (await errors()).filter(({ source }) => source === 'server');
    expect(error?.attempts).toHaveLength(3);
    await second.page.close();
  });

  it('hands the words over to the visitor, whose own begin the count anew', async () => {
    await card('Your app’s server fails').getByRole('button', { name: 'Say it in your own words' }).click();
    const message = visitor.page.getByRole('textbox', { name: 'Message' });
    expect(await message.inputValue()).toContain('no such thing as a habit');
    mend('server/routes/habits.ts');
    await message.fill('Call it "Momentum"');
    await visitor.page.keyboard.press('Enter');
    await session.app.getByRole('heading', { name: 'Momentum' }).waitFor();
    await card('Your app’s server fails').waitFor({ state: 'detached' });
    // What breaks while the agent works is the agent's to mend.
    await session.committed(5);
    expect((await errors()).flatMap(({ attempts }) => attempts)).toEqual([]);
  });

  it('is named in the preview where it does not start any more, and comes back by itself once it does', async () => {
    // Vite keeps what runs where a new configuration does not load; only another start of it finds the new one alone.
    edit('vite.config.ts', (code) => `${code}\nthrow new Error('no config today');\n`);
    edit('server/index.ts', (code) => `${code}\nsetTimeout(() => process.exit(3), 50);\n`);
    await reload();
    await visitor.page.getByRole('heading', { name: 'Your app has crashed' }).waitFor();
    await visitor.page
      .getByText(/no config today/)
      .first()
      .waitFor();
    expect(await violations(visitor.page)).toEqual([]);
    mend('server/index.ts');
    mend('vite.config.ts');
    // Nothing is said in the app's place any more.
    const said = (): Promise<string> => visitor.page.locator('#pane-preview').innerText();
    await expect.poll(said, { timeout: 60_000 }).toBe('');
    await session.app.getByLabel('New habit').waitFor();
  });
});
