import { unzipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { press, violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { type OnDisk, onDisk } from '../support/on-disk.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage } from '../support/session-page.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const PROMPT = 'Build me a habit tracker. The streaks should survive a page refresh.';

const editorOf = (page: Page) => page.getByRole('textbox', { name: /^Edit / });

const openFile = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Files' }).getByRole('button', { name, exact: true }).click();

/** Types at the beginning of the file that is open. */
const typeFirst = async (page: Page, text: string): Promise<void> => {
  await editorOf(page).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type(text);
};

describeInBrowser('an owner who works by hand', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;
  let disk: OnDisk;

  const tab = (page: Page, name: string) => page.getByRole('tab', { name }).click();
  const eventTypes = async (): Promise<readonly string[]> => {
    const { body } = await visitor.ask(`/api/sessions/${session.id}/events?from=0&limit=1000`);
    return (body as { readonly events: readonly { readonly type: string }[] }).events.map(({ type }) => type);
  };

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser);
    session = await build(visitor.page, server.url, PROMPT);
    await session.committed(1);
    disk = onDisk(server.dataDir, session.slug);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('edits the code: the preview changes, a second tab sees it, and it is a commit', async () => {
    const { page, context } = visitor;
    const second = await context.newPage();
    await second.goto(page.url());
    await tab(second, 'Code');
    await openFile(second, 'App.tsx');
    await editorOf(second).waitFor();

    await tab(page, 'Code');
    await openFile(page, 'App.tsx');
    await editorOf(page).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('export function App() {\n  return <h1>Mended by hand</h1>;\n}\n');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved, as a commit').waitFor();
    await tab(page, 'Preview');
    await session.app.getByRole('heading', { name: 'Mended by hand' }).waitFor();
    await second.getByText('Mended by hand').waitFor();
    await expect
      .poll(() => disk.git('log', '-1', '--format=%an: %s', 'main'))
      .toBe('Owner: Edit src/App.tsx');

    await typeFirst(second, '// of the second tab\n');
    await tab(page, 'Code');
    await typeFirst(page, '// of the first tab\n');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await second.getByText('This file was changed since you began.').waitFor();
    await second.getByRole('button', { name: 'Save mine' }).click();
    await second.getByText('Saved, as a commit').waitFor();
    await expect.poll(() => disk.git('show', 'main:src/App.tsx')).toContain('// of the second tab');
    await second.close();
  });

  it('renames and deletes a file without a mouse, as commits that undo takes back', async () => {
    const { page } = visitor;
    const files = page.getByRole('navigation', { name: 'Files' });
    await openFile(page, 'README.md');
    await press(page, page.getByRole('button', { name: 'Rename this file' }));
    const path = page.getByRole('textbox', { name: 'Path in the app' });
    await path.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('src/App.tsx');
    await page.keyboard.press('Enter');
    await page.getByText('There is a file of that name already.').waitFor();
    expect(await violations(page)).toEqual([]);
    await path.fill('docs/about.md');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'docs/about.md' }).waitFor();
    await expect
      .poll(() => disk.git('log', '-1', '--format=%an: %s', 'main'))
      .toBe('Owner: Rename README.md to docs/about.md');

    await press(page, page.getByRole('button', { name: 'Delete this file' }));
    expect(await violations(page)).toEqual([]);
    await press(page, page.getByRole('dialog').getByRole('button', { name: 'Delete' }));
    await files.getByRole('button', { name: 'about.md' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await files.getByRole('button', { name: 'about.md' }).waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await files.getByRole('button', { name: 'README.md' }).waitFor();
  });

  it('has a value shown, which is recorded first, and puts one of their own in its place for good', async () => {
    const { page } = visitor;
    await tab(page, 'Backend');
    await page.getByRole('button', { name: 'Show DATABASE_URL' }).click();
    await page.getByText(disk.env().DATABASE_URL ?? 'none').waitFor();
    expect(await eventTypes()).toContain('VariableRevealed');

    await page.getByRole('button', { name: 'Replace RESEND_API_KEY' }).click();
    await page.getByLabel('Your value').fill('re_my_own_key_0001');
    await page.getByRole('button', { name: 'Replace', exact: true }).click();
    await expect.poll(() => disk.env().RESEND_API_KEY).toBe('re_my_own_key_0001');
    // Another variable is another rewrite of the file.
    await page.getByRole('button', { name: 'Add a variable' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('STRIPE_KEY');
    await page.getByLabel('Your value').fill('sk_mine_0001');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect.poll(() => disk.env().STRIPE_KEY).toBe('sk_mine_0001');
    expect(disk.env().RESEND_API_KEY).toBe('re_my_own_key_0001');
  });

  it('edits the data, and SQL does what it may and nothing else', async () => {
    const { page } = visitor;
    await disk.sql(`INSERT INTO habits (name) VALUES ('Read')`);
    await page.getByRole('button', { name: 'Database', exact: true }).click();
    await page.getByRole('button', { name: /^habits/ }).click();
    await page.getByRole('button', { name: 'Edit row 1' }).click();
    await page.getByRole('textbox', { name: /^name/ }).fill("Read 'twenty' pages");
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('cell', { name: "Read 'twenty' pages" }).waitFor();
    expect(await disk.sql('SELECT name FROM habits')).toEqual([{ name: "Read 'twenty' pages" }]);

    await page.getByRole('button', { name: 'SQL', exact: true }).click();
    const run = async (statement: string): Promise<void> => {
      await page.getByRole('textbox', { name: 'SQL statement' }).click();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(statement);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
    };
    await run('DELETE FROM habits');
    await page.getByText(/read-only transaction/).waitFor();
    await run("COPY habits TO PROGRAM 'id'");
    await page.getByText(/permission denied|must be superuser/).waitFor();
    await run('SELECT count(*) AS habits FROM habits');
    await page.getByRole('cell', { name: '1', exact: true }).waitFor();
  });

  it('takes everything along in a ZIP, without a secret in it', async () => {
    const { page } = visitor;
    await tab(page, 'Code');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download code and database' }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
    const files = unzipSync(Buffer.concat(chunks));
    const text = (name: string): string => Buffer.from(files[name] ?? []).toString('utf8');
    expect(text('package.json')).toContain('"react"');
    expect(text('database.sql')).toContain("Read ''twenty'' pages");
    expect(text('.env.example')).toMatch(/^STRIPE_KEY=$/m);
    expect(Object.keys(files).filter((name) => /(^|\/)\.env$/.test(name))).toEqual([]);
    const everything = Object.keys(files).map(text).join('\n');
    const { DATABASE_URL, NEON_ROLE_PASSWORD, RESEND_API_KEY, STRIPE_KEY } = disk.env();
    for (const secret of [DATABASE_URL, NEON_ROLE_PASSWORD, RESEND_API_KEY, STRIPE_KEY]) {
      expect(secret).toBeTruthy();
      expect(everything).not.toContain(secret);
    }
  });

  it('sees no error in any console, but for the two statements that were refused', () => {
    const refused = visitor.received.complaints.filter((complaint) => /status of 422/.test(complaint));
    expect(refused).toHaveLength(2);
    expect(visitor.received.complaints.filter((complaint) => !refused.includes(complaint))).toEqual([]);
  });
});
