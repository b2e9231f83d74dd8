import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, findBrowser, startBrowser } from './browser-process.ts';
import type { Look } from './look.ts';
import { lookByModules } from './page-by-modules.ts';
import { lookInBrowser } from './page-in-browser.ts';

const origin = `http://127.0.0.1:${process.env.MK0R_PREVIEW_PORT ?? '5173'}`;
const limitMs = Number(process.env.MK0R_CHECK_MS ?? '20000');

/** `late`: it listens, and had not answered in the time there was. */
type Http = { readonly ok: boolean; readonly status: number; readonly late?: true };

/** Vite restarts when its configuration or `.env` changes: an answer is waited for a moment. */
const http = async (): Promise<Http> => {
  const end = performance.now() + limitMs / 2;
  for (;;) {
    const answer = await ask();
    if (answer.ok || performance.now() > end) return answer;
    await sleep(100);
  }
};

const ask = async (): Promise<Http> => {
  const signal = AbortSignal.timeout(limitMs / 2);
  try {
    const response = await fetch(`${origin}/`, { signal, headers: { accept: 'text/html' } });
    await response.arrayBuffer();
    return { ok: response.status === 200, status: response.status };
  } catch {
    return { ok: false, status: 0, ...(signal.aborted ? { late: true } : {}) };
  }
};

/** A disk without room for its profile is no reason not to look at the modules. */
const started = (): Browser | undefined => {
  const program = process.env.MK0R_PAGE_CHECK === 'modules' ? undefined : findBrowser();
  try {
    return program === undefined ? undefined : startBrowser(program);
  } catch {
    return undefined;
  }
};

// While it comes up, the server can answer.
const browser = started();

const page = async (): Promise<Look> => {
  if (browser === undefined) return lookByModules(origin, limitMs);
  // A browser that does not come up here (no memory for it, a library missing) says nothing about the page.
  const look = await lookInBrowser(browser, origin, limitMs / 2).catch(() => undefined);
  browser.close();
  return look === undefined || look.late ? lookByModules(origin, limitMs / 2) : look;
};

const answered = await http();
const look = answered.ok ? await page() : undefined;
if (!answered.ok) browser?.close();
process.stdout.write(
  `${JSON.stringify({ http: answered, ...(look === undefined ? {} : { page: look }) })}\n`,
);
process.exit(0);
