import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';
import type { Sandbox } from '../../commands/ports/sandboxes.ts';
import { ViewsUnavailable } from '../../projections/views-unavailable.ts';
import type { Application, PreviewTarget } from '../application.ts';
import type { Config } from '../config.ts';
import { refuseUpgrade } from '../live/refuse-upgrade.ts';
import type { Metrics } from '../metrics.ts';
import type { Site } from '../site.ts';
import { forward } from './forward.ts';
import { requestHeaders } from './headers.ts';
import { openHelper } from './helper.ts';
import { explain, RESERVED, STATUS_PATH } from './page.ts';
import { isPageItself, serveQuickPage } from './quick.ts';
import { createSilences, EXPLANATIONS, type PreviewState } from './state.ts';
import { answers, sendStatus } from './status.ts';
import { forwardUpgrade } from './upgrade.ts';
import { createUpstream } from './upstream.ts';

export type Previews = {
  /** A request addressed to a preview; `slug` is `undefined` where the host names none. */
  readonly request: (slug: string | undefined, request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (
    slug: string | undefined,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ) => void;
  /** Cuts off what is still open: an app's event stream or websocket would otherwise go on for ever. */
  /** Ends every websocket to an app: no server waits for those by itself. */
  readonly close: () => void;
};

export type PreviewOptions = {
  /** Looking an app that sleeps up wakes it. */
  readonly app: Pick<Application, 'preview' | 'touch' | 'appFailed' | 'appSilent'>;
  readonly site: () => Site;
  readonly metrics: Pick<Metrics, 'preview'>;
  readonly logger: FastifyBaseLogger;
  readonly config: Pick<Config, 'adminToken' | 'poolAdminToken'>;
  /** Directory of the built page, which has what helps an app's page to speak to ours. */
  readonly webRoot: string;
};

/** `unread`: whether there is such an app cannot be told just now. */
type Found = PreviewTarget | { readonly state: 'unread' };

/** The apps in the sandboxes, each on its own origin. There is always an answer: the app's, or why there is none. */
export const createPreviews = (options: PreviewOptions): Previews => {
  const { app, site, metrics, logger, config } = options;
  const helper = openHelper(options.webRoot);
  const upstream = createUpstream();
  const silences = createSilences();
  const tunnels = new Set<Duplex>();
  const open = new Set<ServerResponse | Duplex>();
  const untilClosed = (end: ServerResponse | Duplex): void => {
    open.add(end);
    end.once('close', () => open.delete(end));
  };
  const ownTokens = [config.adminToken, config.poolAdminToken].filter((token) => token !== undefined);

  const headersFor = (sandbox: Sandbox, request: IncomingMessage): OutgoingHttpHeaders => {
    const { origin, socketPath, headers } = sandbox.preview;
    const publicHost = request.headers.host ?? '';
    return requestHeaders(request.headers, {
      // Over a unix socket the app sees its public name; a cloud's router needs its own.
      host: socketPath === undefined ? new URL(origin).host : publicHost,
      publicHost,
      protocol: site().origin.startsWith('https:') ? 'https' : 'http',
      address: request.socket.remoteAddress,
      extra: headers,
      ownTokens,
    });
  };

  const status = async (slug: string | undefined, response: ServerResponse, host: string): Promise<void> => {
    const found = await find(slug);
    if (found.state === 'page') return sendStatus(response, 'up', true);
    if (found.state !== 'up' || slug === undefined) return sendStatus(response, stateOf(found), false);
    const ready = await answers(upstream, found.sandbox.preview, host);
    if (ready) silences.answered(slug);
    sendStatus(response, ready ? 'up' : await whySilent(slug), ready);
  };

  /**
   * The sandbox knows at once when a dev server has ended; of one that hangs only the silence tells. It is asked each
   * time: with its answer goes the reason into the log, which takes none while the agent works.
   */
  const whySilent = async (slug: string): Promise<'starting' | 'crashed'> => {
    const bySilence = silences.silent(slug);
    const bySandbox = await app.appSilent(slug);
    return bySilence === 'crashed' ? bySilence : bySandbox;
  };

  const find = async (slug: string | undefined, options?: { readonly wakes: boolean }): Promise<Found> => {
    if (slug === undefined) return { state: 'unknown' };
    try {
      return await app.preview(slug, options);
    } catch (error) {
      if (!(error instanceof ViewsUnavailable)) throw error;
      logger.warn({ err: error }, 'an app could not be looked up');
      return { state: 'unread' };
    }
  };

  const request = async (
    slug: string | undefined,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const path = incoming.url ?? '/';
    const say = (state: PreviewState): void => {
      metrics.preview('explained');
      explain(response, state, { navigation: isNavigation(incoming), publicOrigin: site().origin });
    };
    if (path.split('?', 1)[0] === STATUS_PATH) return status(slug, response, incoming.headers.host ?? '');
    if (helper.serve(path, response)) return;
    // An absolute or asterisk form would choose its own target; the reserved path is ours.
    if (!path.startsWith('/') || path.startsWith(RESERVED)) return say('unknown');
    const found = await find(slug);
    if (found.state === 'page') {
      if (!isPageItself(incoming)) return say('unknown');
      metrics.preview('proxied');
      if (slug !== undefined) app.touch(slug);
      const publicOrigin = site().origin;
      return serveQuickPage(found.page, incoming, response, {
        publicOrigin,
        helper: helper.tag(publicOrigin),
      });
    }
    if (found.state !== 'up' || slug === undefined) return say(stateOf(found));
    const { preview } = found.sandbox;
    const { 'accept-encoding': encodings, ...headers } = headersFor(found.sandbox, incoming);
    const publicOrigin = site().origin;
    const isLookedAt = incoming.method === 'GET' && isNavigation(incoming);
    const outcome = await forward(upstream, preview, incoming, response, {
      publicOrigin,
      // What is written into has to come as it is.
      headers: isLookedAt || encodings === undefined ? headers : { ...headers, 'accept-encoding': encodings },
      ...(isLookedAt ? { helper: helper.tag(publicOrigin) } : {}),
      onFailure: (code, said) => {
        if (API_PATH.test(path)) app.appFailed(slug, { message: saidOf(incoming, code, said) });
      },
    });
    if (outcome === 'absent') return say(await whySilent(slug));
    if (outcome === 'late') return say('crashed');
    silences.answered(slug);
    app.touch(slug);
    metrics.preview('proxied');
  };

  const upgrade = async (
    slug: string | undefined,
    incoming: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> => {
    socket.on('error', () => socket.destroy());
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
    if (!isOwnPage(incoming)) {
      return refuseUpgrade(socket, 403, 'origin_refused', "Only the preview's own pages may connect.");
    }
    const vite = protocolOf(incoming)?.startsWith('vite-') === true;
    const found = await find(slug, { wakes: !vite });
    const say = (state: PreviewState): void => {
      const { status: code, title, text } = EXPLANATIONS[state];
      refuseUpgrade(socket, code, `preview_${state}`, `${title}. ${text}`);
    };
    if (found.state !== 'up' || slug === undefined) return say(stateOf(found));
    const client = { request: incoming, socket, head };
    const headers = headersFor(found.sandbox, incoming);
    const outcome = await forwardUpgrade(upstream, found.sandbox.preview, client, headers);
    if (outcome === 'absent') say(await whySilent(slug));
    if (outcome !== 'switched' || vite) return;
    const used = (): void => app.touch(slug);
    used();
    socket.on('data', used);
  };

  return {
    request: (slug, incoming, response) => {
      untilClosed(response);
      request(slug, incoming, response).catch((err: unknown) => {
        logger.error({ err }, 'a preview request failed');
        explain(response, 'crashed', { navigation: isNavigation(incoming), publicOrigin: site().origin });
      });
    },
    upgrade: (slug, incoming, socket, head) => {
      untilClosed(socket);
      upgrade(slug, incoming, socket, head).catch((err: unknown) => {
        logger.error({ err }, 'a preview websocket failed');
        socket.destroy();
      });
    },
    close: () => {
      for (const end of open) end.destroy();
      upstream.close();
    },
  };
};

/** Where the app's own server answers. What Vite says of code it cannot build, the page hears from Vite. */
const API_PATH = /^\/api(\/|\?|$)/;

/** `GET /api/habits answered 500: the column "day" does not exist`, as far as it was said in JSON. */
const saidOf = ({ method, url = '/' }: IncomingMessage, status: number, said: string): string => {
  const answered = `${method} ${url.split('?', 1)[0]} answered ${status}`;
  try {
    const body: unknown = JSON.parse(said);
    const error: unknown = Reflect.get(Object(body), 'error');
    return typeof error === 'string' && error !== '' ? `${answered}: ${error}` : answered;
  } catch {
    return answered;
  }
};

const stateOf = (found: Found): PreviewState => {
  if (found.state === 'up') return 'starting';
  // It has no websocket, nor any other place.
  return found.state === 'page' ? 'unknown' : found.state;
};

/** A person looks at the answer, in a tab or in our frame. */
const isNavigation = ({ method, headers }: IncomingMessage): boolean => {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const destination = headers['sec-fetch-dest'];
  if (destination !== undefined) return ['document', 'iframe', 'frame'].includes(`${destination}`);
  return headers.accept?.includes('text/html') ?? false;
};

/**
 * Vite's own websockets, `vite-hmr` and `vite-ping`, say nothing about use: a forgotten tab keeps the first open, and
 * would ask by the second for ever whether the app is back.
 */
const protocolOf = ({ headers }: IncomingMessage): string | undefined => headers['sec-websocket-protocol'];

/** Another preview's page, or any other site's, would come with the visitor's cookies for this one. */
const isOwnPage = ({ headers }: IncomingMessage): boolean =>
  headers.origin === undefined ||
  (URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host?.toLowerCase());
