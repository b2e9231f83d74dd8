import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageStream } from '../../commands/quick/page-streams.ts';
import { framedBy } from './headers.ts';
import { withHelper } from './helper.ts';

/**
 * A quick page is a stranger's code on an origin of its own, as every app's is; and it has no network: nothing it shows or
 * hears leaves the browser. Its own origin answers with the page and our script alone.
 */
const policy = (publicOrigin: string): string =>
  [
    "default-src 'none'",
    "script-src 'self' 'unsafe-inline'",
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    'font-src data:',
    'media-src data: blob:',
    "form-action 'none'",
    "base-uri 'none'",
    framedBy(publicOrigin),
  ].join('; ');

type Handling = { readonly publicOrigin: string; readonly helper: string };

/** Answers with the page; one that is being written comes in the pieces it is written in, and ends with it. */
export const serveQuickPage = async (
  page: string | PageStream,
  request: IncomingMessage,
  response: ServerResponse,
  { publicOrigin, helper }: Handling,
): Promise<void> => {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy(publicOrigin),
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
    // A proxy that collects an answer would keep the page back until it is done.
    'x-accel-buffering': 'no',
  });
  if (request.method === 'HEAD') return void response.end();
  const out = withHelper(helper);
  out.on('error', () => response.destroy());
  out.pipe(response);
  if (typeof page === 'string') return void out.end(page);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const pieces = page.pieces();
  for (;;) {
    const next = await pieces.next();
    if (gone.signal.aborted) return;
    if (next.done === true) {
      // What was not kept was no page: the browser has to see that it was not all.
      if (next.value === 'kept') out.end();
      else response.destroy();
      return;
    }
    if (!out.write(Buffer.from(next.value)))
      await once(out, 'drain', { signal: gone.signal }).catch(() => undefined);
  }
};

/** Only the page itself is there: whatever else is asked for, nobody has written. */
export const isPageItself = ({ method, url = '/' }: IncomingMessage): boolean =>
  (method === 'GET' || method === 'HEAD') && ['/', '/index.html'].includes(url.split('?', 1)[0] ?? '');
