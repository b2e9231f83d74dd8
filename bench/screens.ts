import type { Browser, Page } from 'playwright-core';
import type { Row } from './row.ts';
import { median, percentile, rounded } from './statistics.ts';
import { openChromium } from './support/chromium.ts';
import type { Bench } from './support/server.ts';
import { until, untilWarm } from './support/visitor.ts';

const ROUNDS = 8;
const STOPS = 3;
const KEYS = 30;
const PROMPT =
  'Build me a habit tracker. The streaks should survive a page refresh, even if I close the browser.';

/** Notes when the selector is there for the first time, on the page's own clock, which begins with the navigation. */
const watch = (selector: string): string => `{
  const look = () => {
    if (globalThis.thereAt !== undefined || document.querySelector(${JSON.stringify(selector)}) === null) return;
    globalThis.thereAt = performance.now();
    sight.disconnect();
  };
  const sight = new MutationObserver(look);
  sight.observe(document, { childList: true, subtree: true });
  addEventListener('focusin', look);
}`;

const untilThere = async (page: Page, url: string, selector: string): Promise<number> => {
  await page.addInitScript(watch(selector));
  await page.goto(url);
  return until(() => page.evaluate<number | undefined>('globalThis.thereAt'));
};

/** From a key until the page has handled it, rendered and laid out: all of it that is not the wait for the next frame. */
const KEY_CLOCK = `{
  globalThis.keys = [];
  let from;
  addEventListener('keydown', () => { from = performance.now(); }, { capture: true });
  addEventListener('input', () => queueMicrotask(() => {
    void document.body.offsetHeight;
    globalThis.keys.push(performance.now() - from);
  }));
}`;

const typing = async (page: Page): Promise<readonly number[]> => {
  await page.evaluate(KEY_CLOCK);
  await page.getByRole('textbox', { name: 'Message' }).focus();
  for (let key = 0; key < KEYS; key += 1) await page.keyboard.type('a', { delay: 10 });
  return page.evaluate<number[]>('globalThis.keys');
};

const row = (name: string, values: readonly number[], goal: number): Row => ({
  name,
  median: rounded(median(values), 1),
  p99: rounded(percentile(values, 0.99), 1),
  unit: 'ms',
  goal: { at: 'max', value: goal, of: 'median' },
});

const measure = async (browser: Browser, url: string): Promise<readonly Row[]> => {
  const first: number[] = [];
  const session: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await (await browser.newContext()).newPage();
    first.push(await untilThere(page, url, 'textarea[aria-label="Describe your app"]:focus'));
    await page.context().close();
  }
  await untilWarm(url);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('textbox', { name: 'Describe your app' }).fill(PROMPT);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/s/*');
  await page.getByRole('region', { name: 'Commit' }).waitFor({ timeout: 120_000 });
  for (let round = 0; round < ROUNDS; round += 1) {
    // The conversation as the server has it: nothing is kept from before in a tab that is new.
    const again = await context.newPage();
    session.push(await untilThere(again, page.url(), 'section[aria-label^="Commit"]'));
    await again.close();
  }
  const { keys, stops } = await whileStreaming(page);
  await context.close();
  return [
    row('first-screen-interactive', first, 1_000),
    row('session-screen-ready', session, 1_500),
    row('key-while-streaming', keys, 16),
    row('stop-takes-effect', stops, 1_000),
  ];
};

/** Types while the agent works, and then stops it: what each key takes, and how long until the page says it is stopped. */
const whileStreaming = async (page: Page) => {
  const stops: number[] = [];
  const keys: number[] = [];
  const message = page.getByRole('textbox', { name: 'Message' });
  for (let round = 0; round < STOPS; round += 1) {
    await message.fill('Build a recipe book where I can save recipes, and search them');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Stop' }).waitFor({ timeout: 60_000 });
    keys.push(...(await typing(page)));
    await message.fill('');
    const from = performance.now();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page
      .getByText(/^Stopped/)
      .nth(round)
      .waitFor();
    stops.push(performance.now() - from);
  }
  return { keys, stops };
};

/**
 * What a visitor waits for on the page itself, in a real Chromium over loopback: until the prompt can be typed into, until
 * a conversation is there, and for each key while a turn streams in.
 */
export const benchScreens = async (bench: Bench): Promise<readonly Row[]> => {
  const browser = await openChromium('screens');
  if (browser === undefined) return [];
  const server = await bench.serve(1);
  try {
    return await measure(browser, server.url);
  } finally {
    await browser.close();
    await server.close();
  }
};
