import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, startBrowser } from './browser-process.ts';
import { type Look, listed } from './look.ts';

/** The page has loaded, has nothing to do, and has asked for nothing more for so long: its start is over. */
const QUIET_MS = 100;
const POLL_MS = 20;

type Seen = {
  readonly errors: string[];
  readonly underway: Map<string, string>;
  quietSince: number;
  hasLoaded: boolean;
};

/**
 * Opens the page as a visitor's browser would. What it throws, what of its own it cannot load, an answer of its own
 * server from 500 on, Vite's error overlay and a page without anything on it are errors.
 */
export const lookInBrowser = async (program: string, origin: string, limitMs: number): Promise<Look> => {
  const browser = startBrowser(program);
  try {
    const silent = sleep(limitMs + ANSWER_MS).then(() =>
      Promise.reject(new Error('the page does not answer')),
    );
    return await Promise.race([look(browser, origin, limitMs), browser.ended, silent]);
  } finally {
    browser.close();
  }
};

const look = async (browser: Browser, origin: string, limitMs: number): Promise<Look> => {
  const seen: Seen = { errors: [], underway: new Map(), quietSince: performance.now(), hasLoaded: false };
  browser.onEvent((method, params) => note(seen, origin, method, params));
  const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
  const page = (method: string, params = {}) => browser.send(method, params, String(sessionId));
  await Promise.all(['Runtime.enable', 'Network.enable', 'Page.enable'].map((method) => page(method)));
  const { errorText } = await page('Page.navigate', { url: `${origin}/` });
  if (typeof errorText === 'string')
    return { how: 'browser', ok: false, detail: `The page could not be opened: ${errorText}.` };

  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    if (isQuiet(seen)) {
      // On a slow machine, what the page goes on to do may be long in coming.
      const idle = page('Runtime.evaluate', { expression: WHEN_IDLE, awaitPromise: true });
      // A page that is loaded anew in between is another; one that never stops is looked at as it is.
      await Promise.race([idle.catch(() => undefined), sleep(Math.max(0, end - performance.now()))]);
      if (isQuiet(seen)) break;
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

const isQuiet = ({ hasLoaded, underway, quietSince }: Seen): boolean =>
  hasLoaded && underway.size === 0 && performance.now() - quietSince >= QUIET_MS;

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

type Exception = {
  readonly text?: string;
  readonly exception?: { readonly description?: string; readonly value?: unknown };
};

/** Only what belongs to the app counts: what else a page asks for may well be out of reach from a sandbox. */
const note = (seen: Seen, origin: string, method: string, params: Record<string, unknown>): void => {
  const id = String(params.requestId ?? '');
  switch (method) {
    case 'Page.loadEventFired':
      seen.hasLoaded = true;
      break;
    case 'Runtime.exceptionThrown': {
      const { text, exception } = params.exceptionDetails as Exception;
      seen.errors.push(
        firstLines(exception?.description ?? `${text ?? 'Uncaught'} ${String(exception?.value ?? '')}`),
      );
      break;
    }
    case 'Network.requestWillBeSent': {
      const { url } = params.request as { readonly url: string };
      if (url.startsWith(`${origin}/`)) seen.underway.set(id, new URL(url).pathname);
      break;
    }
    case 'Network.responseReceived': {
      const { status } = params.response as { readonly status: number };
      const path = seen.underway.get(id);
      const isPart = ['Document', 'Script', 'Stylesheet'].includes(String(params.type));
      if (path !== undefined && (status >= 500 || (isPart && status >= 400)))
        seen.errors.push(`${path} answered ${status}.`);
      // A stream has no end to wait for.
      if (params.type === 'EventSource') seen.underway.delete(id);
      break;
    }
    case 'Network.loadingFailed':
      if (
        seen.underway.has(id) &&
        params.canceled !== true &&
        ['Script', 'Stylesheet'].includes(String(params.type))
      )
        seen.errors.push(`${seen.underway.get(id)} could not be loaded.`);
      seen.underway.delete(id);
      break;
    case 'Network.loadingFinished':
      seen.underway.delete(id);
      break;
    default:
      return;
  }
  seen.quietSince = performance.now();
};

const firstLines = (description: string): string => description.split('\n').slice(0, 3).join('\n');
