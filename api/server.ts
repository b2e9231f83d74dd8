import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import cookie from '@fastify/cookie';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  LogController,
} from 'fastify';
import type { Application } from './application.ts';
import type { Config } from './config.ts';
import type { VerifyToken } from './http/access.ts';
import { handleErrors } from './http/errors.ts';
import { limitRates } from './http/limits.ts';
import { observe } from './http/observe.ts';
import { describeApi } from './http/openapi.ts';
import { createOperators } from './http/operators.ts';
import { servePage } from './http/page.ts';
import { shedLoad } from './http/pressure.ts';
import type { PublicIdentity } from './http/routes/context.ts';
import { apiRoutes, type RouteRow } from './http/routes.ts';
import { secureHeaders } from './http/security.ts';
import { serverFactory } from './http/server-factory.ts';
import { createLive } from './live/live.ts';
import { createTickets } from './live/tickets.ts';
import type { Metrics } from './metrics.ts';
import type { Panels } from './panels.ts';
import { createPreviews } from './preview/previews.ts';
import { type Site, siteOf } from './site.ts';

export type ServerOptions = {
  readonly app: Application;
  readonly config: Config;
  readonly verifyToken: VerifyToken;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly panels: Panels;
  readonly identity: PublicIdentity;
  /** Names of the services that embedded parts serve, e.g. `['neon', 'resend']`. */
  readonly embedded: readonly string[];
  /** Signs the cookies of operators; another key signs everybody out. */
  readonly operatorKey: string;
  /** Seals tickets for websockets; all processes of an installation have the same. */
  readonly ticketKey: string;
  /** Directory of the built page. */
  readonly webRoot: string;
  /** Plugins of the composition root on the app's own origin, each with its own checks: identity, analytics. */
  readonly mounts?: readonly FastifyPluginAsync[];
  /** What real time has a say in, for tests that must not depend on how busy their machine is. */
  readonly patience?: {
    /** How late the event loop may be before requests are turned away. */
    readonly tooLateMs?: number;
    /** How long a websocket may be open before it says who it is. */
    readonly helloMs?: number;
  };
};

/** Far above any request of ours; a body that is larger is a mistake or worse. */
const BODY_LIMIT = 256 * 1024;

/** How long requests in flight may take once the server closes; what is connected then is cut. */
const CLOSING_MS = 2_000;

/**
 * The web server: API, page, websocket and previews on one port, told apart by `Host`. It does not listen yet.
 * `close` ends websockets (1001) and waits for requests in flight, two seconds at most.
 */
export const buildServer = async (
  options: ServerOptions,
): Promise<{
  readonly server: FastifyInstance;
  readonly site: () => Site;
  readonly routes: readonly RouteRow[];
}> => {
  const { app, config, logger, metrics, patience = {} } = options;
  const site = (): Site => siteOf(config.publicUrl ?? `http://localhost:${boundPort() ?? config.port}`);
  const tickets = createTickets(options.ticketKey);
  const operators = createOperators({ adminToken: config.adminToken, key: options.operatorKey });
  const live = createLive({
    app,
    tickets,
    operators,
    metrics,
    logger,
    origin: () => site().origin,
    ...(patience.helloMs === undefined ? {} : { helloMs: patience.helloMs }),
  });
  const previews = createPreviews({ app, site, metrics, logger, config, webRoot: options.webRoot });

  const server = fastify({
    loggerInstance: logger,
    // `observe` logs one line a request instead of two.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    routerOptions: { maxParamLength: 1_000 },
    serverFactory: serverFactory({ site, live, previews }),
  });
  const boundPort = (): number | undefined => (server.server.address() as AddressInfo | null)?.port;

  handleErrors(server);
  observe(server, metrics);
  await secureHeaders(server, {
    site,
    signIn: options.identity.signIn === 'here' ? [] : options.identity.signIn,
  });
  await limitRates(server, config.limits);
  await shedLoad(server, patience.tooLateMs);
  await server.register(cookie);
  await describeApi(server);

  const routes: RouteRow[] = [];
  await server.register(apiRoutes({ ...options, site, tickets, operators }, routes));
  for (const mount of options.mounts ?? []) await server.register(mount);
  await servePage(server, { webRoot: options.webRoot, site });

  server.addHook('preClose', async () => {
    await live.close();
    previews.close();
    // Also for connections browsers open ahead of need: without a request they are neither busy nor idle to Node.
    const cut = setTimeout(() => server.server.closeAllConnections(), CLOSING_MS);
    server.server.once('close', () => clearTimeout(cut));
  });
  return { server, site, routes };
};
