import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filesIn } from '../model/support.ts';
import { press, violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { onDisk } from '../support/on-disk.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { type SessionPage, sessionPage } from '../support/session-page.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const SOON = { timeout: 20_000 };

/** A picture as a browser draws it: of one colour, or of squares in every colour, which make it heavy. */
const drawn = async (
  page: Page,
  type: string,
  [width, height]: readonly [number, number],
  square?: number,
): Promise<Buffer> => {
  const url = await page.evaluate<string>(`(() => {
    const canvas = document.createElement('canvas');
    canvas.width = ${width};
    canvas.height = ${height};
    const context = canvas.getContext('2d');
    context.fillStyle = '#c026d3';
    context.fillRect(0, 0, ${width}, ${height});
    const size = ${square ?? 0};
    for (let y = 0, seed = 7; size > 0 && y < ${height}; y += size)
      for (let x = 0; x < ${width}; x += size) {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        context.fillStyle = 'rgb(' + [16, 8, 20].map((bits) => (seed >> bits) & 255).join() + ')';
        context.fillRect(x, y, size, size);
      }
    return canvas.toDataURL('${type}', 1);
  })()`);
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
};

const EVENTS = {
  drop: "new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer })",
  paste: "new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: transfer })",
} as const;

/** As somebody drags a file over a field and lets go of it, or pastes it. */
const give = async (page: Page, how: 'drop' | 'paste', label: string, file: Buffer): Promise<void> => {
  const name = how === 'paste' ? '' : 'dropped.png';
  await page.evaluate(`(() => {
    const bytes = Uint8Array.from(atob('${file.toString('base64')}'), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], '${name}', { type: 'image/png' }));
    document.querySelector('textarea[aria-label="${label}"]').dispatchEvent(${EVENTS[how]});
  })()`);
};

const widthOf = (image: Locator): Promise<number> =>
  image.evaluate((element) => Number(Reflect.get(element, 'naturalWidth')));

describeInBrowser('a visitor who shows what they mean', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;
  let logo: Buffer;

  const attached = (page: Page) =>
    page.getByRole('list', { name: 'Attached pictures' }).getByRole('listitem');
  const choose = (page: Page, name: string, mimeType: string, buffer: Buffer): Promise<void> =>
    page.getByLabel('Pictures to attach').setInputFiles({ name, mimeType, buffer });

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('attaches by button, paste and drop at the first screen, takes one back, and is told what is none', async () => {
    const { page } = visitor;
    await page.goto(server.url);
    logo = await drawn(page, 'image/png', [120, 80]);
    await choose(page, 'logo.png', 'image/png', logo);
    await expect.poll(() => attached(page).count(), SOON).toBe(1);
    await give(page, 'paste', 'Describe your app', await drawn(page, 'image/png', [60, 60]));
    await expect.poll(() => attached(page).count(), SOON).toBe(2);
    await give(page, 'drop', 'Describe your app', await drawn(page, 'image/png', [50, 70]));
    await expect.poll(() => attached(page).count(), SOON).toBe(3);
    await page.getByText(/Up to 4 pictures of 2 MB/).waitFor();
    await choose(page, 'drawing.png', 'image/png', Buffer.from('<svg onload="alert(1)"/>'));
    await page.getByText('“drawing.png” is no PNG, JPEG, WebP or GIF. Attach one of those.').waitFor();
    expect(await violations(page)).toEqual([]);
    await press(page, page.getByRole('button', { name: 'Remove Pasted picture' }));
    await page.getByRole('button', { name: 'Remove dropped.png' }).click();
    await expect.poll(() => attached(page).count(), SOON).toBe(1);
    await choose(page, 'one.png', 'image/png', await drawn(page, 'image/png', [30, 30]));
    await page.getByRole('button', { name: 'Remove one.png' }).click();
  });

  it('sends it with the first sentence: it stands in the conversation, and in the app', async () => {
    const { page } = visitor;
    await page
      .getByRole('textbox', { name: 'Describe your app' })
      .fill('Build me a habit tracker and use this as the logo');
    await page.getByRole('button', { name: 'Build' }).click();
    await page.waitForURL('**/s/*');
    session = sessionPage(page, new URL(page.url()).pathname.replace('/s/', ''));
    await session.committed(1);
    await session.turns.first().getByRole('img', { name: 'Picture 1' }).waitFor();
    const shown = session.app.locator('img[src^="/attachments/"]');
    await shown.waitFor();
    expect(await widthOf(shown)).toBe(120);
    const disk = onDisk(server.dataDir, session.slug);
    const path = `public${await shown.getAttribute('src')}`;
    expect(readFileSync(join(dirname(disk.envFile), path)).equals(logo)).toBe(true);
    await expect.poll(() => disk.git('ls-tree', '-r', '--name-only', 'main'), SOON).toContain(path);
  });

  it('sends a photograph that was large, smaller and without what it said of itself; it waits in the queue', async () => {
    const { page } = visitor;
    await session.send('Make it orange');
    const photo = await drawn(page, 'image/jpeg', [3_600, 2_400], 12);
    expect(photo.length).toBeGreaterThan(2 * 1024 * 1024);
    await choose(page, 'photo.jpg', 'image/jpeg', photo);
    await expect.poll(() => attached(page).getByRole('img').count(), SOON).toBe(1);
    await session.send('Make it look like this');
    await session.turns.nth(2).getByRole('img', { name: 'Picture 1' }).waitFor();
    await expect.poll(() => attached(page).count(), SOON).toBe(0);
    await session.turns.nth(2).getByText('I cannot look at pictures').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Look at picture 1' }).last().click();
    const large = page.getByRole('dialog').getByRole('img', { name: 'Picture 1' });
    await large.and(page.locator('img')).waitFor();
    expect(await widthOf(large)).toBe(2_000);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('sees them after a reload and on another device; no event, frame or file of the server holds them', async () => {
    const { page, context } = visitor;
    await page.reload();
    await session.turns.first().getByRole('img', { name: 'Picture 1' }).and(page.locator('img')).waitFor();
    await page.getByRole('button', { name: 'Open on another device' }).click();
    await page.getByRole('img', { name: 'The link as a QR code' }).waitFor();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy the link' }).click();
    const link = await page.evaluate('navigator.clipboard.readText()');
    await page.keyboard.press('Escape');
    const phone = await newVisitor(browser, { viewport: { width: 390, height: 844 } });
    await phone.page.goto(String(link));
    const onPhone = sessionPage(phone.page, session.id);
    await onPhone.turns
      .nth(2)
      .getByRole('img', { name: 'Picture 1' })
      .and(phone.page.locator('img'))
      .waitFor();
    expect(await violations(phone.page)).toEqual([]);
    await phone.context.close();

    const middle = logo.subarray(40, 80);
    const { body } = await visitor.ask(`/api/sessions/${session.id}/events?limit=1000`);
    const told = [JSON.stringify(body), ...visitor.received.frames.map(({ text }) => text), server.log()];
    for (const text of told) {
      expect(text.includes(middle.toString('latin1'))).toBe(false);
      expect(text.includes(logo.toString('base64').slice(60, 100))).toBe(false);
    }
    const kept = ['log', 'views.db'].flatMap((name) =>
      filesIn(server.dataDir).filter(({ name: path }) => path.startsWith(join(server.dataDir, name))),
    );
    expect(kept.length).toBeGreaterThan(1);
    expect(kept.filter(({ text }) => text.includes(middle.toString('latin1')))).toEqual([]);
  });

  it('sees no error in the console', () => {
    expect(visitor.received.complaints).toEqual([]);
  });
});
