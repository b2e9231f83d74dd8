import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from './browser-process.ts';
import { type Look, listed } from './look.ts';
import { isQuiet, note, unseen } from './page-events.ts';

const POLL_MS = 20;

/**
 * Opens the page as a visitor's browser would. What it throws, what of its own it cannot load, an answer of its own
 * server from 500 on, Vite's error overlay and a page without anything on it are errors.
 */
export const lookInBrowser = (browser: Browser, origin: string, limitMs: number): Promise<Look> => {
  const silent = sleep(limitMs + ANSWER_MS).then(() => Promise.reject(new Error('the page does not answer')));
  return Promise.race([look(browser, origin, limitMs), browser.ended, silent]);
};

const look = async (browser: Browser, origin: string, limitMs: number): Promise<Look> => {
  const seen = unseen(performance.now());
  browser.onEvent((method, params) => note(seen, origin, { method, params }, performance.now()));
  const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
  const page = (method: string, params = {}) => browser.send(method, params, String(sessionId));
  await Promise.all(['Runtime.enable', 'Network.enable', 'Page.enable'].map((method) => page(method)));
  const { errorText } = await page('Page.navigate', { url: `${origin}/` });
  if (typeof errorText === 'string')
    return { how: 'browser', ok: false, detail: `The page could not be opened: ${errorText}.` };

  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    if (isQuiet(seen, performance.now())) {
      // On a slow machine, what the page goes on to do may be long in coming.
      const idle = page('Runtime.evaluate', { expression: WHEN_IDLE, awaitPromise: true });
      // A page that is loaded anew in between is another; one that never stops is looked at as it is.
      await Promise.race([idle.catch(() => undefined), sleep(Math.max(0, end - performance.now()))]);
      if (isQuiet(seen, performance.now())) break;
    }
    await sleep(POLL_MS);
  }
  if (!seen.hasLoaded && seen.errors.length === 0)
    return {
      how: 'browser',
      ok: false,
      late: true,
      detail: `The page had not loaded after ${seconds(limitMs)}.`,
    };
  const { result } = await page('Runtime.evaluate', { expression: ON_THE_PAGE, returnByValue: true });
  const { overlay, isBlank } = (result as { readonly value?: OnThePage } | undefined)?.value ?? {};
  if (overlay) seen.errors.push(overlay);
  if (isBlank === true) seen.errors.push('The page is blank.');
  return seen.errors.length === 0
    ? { how: 'browser', ok: true, detail: 'Opened in a browser without an error.' }
    : { how: 'browser', ok: false, detail: listed(seen.errors) };
};

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** A page that never is shows that it runs. */
const WHEN_IDLE = 'new Promise((idle) => requestIdleCallback(() => idle(true), { timeout: 1000 }))';
/** For a last answer of a page that has had its time. */
const ANSWER_MS = 5_000;

type OnThePage = { readonly overlay?: string; readonly isBlank?: boolean };

const ON_THE_PAGE = `(() => {
  const overlay = document.querySelector('vite-error-overlay');
  const body = document.body;
  const shows = body && (body.innerText.trim() !== '' || body.querySelector('img,svg,canvas,video,input,button'));
  return {
    overlay: overlay?.shadowRoot?.querySelector('.message')?.textContent?.trim() ?? '',
    isBlank: !shows,
  };
})()`;
