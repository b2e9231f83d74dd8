import type { FastifyPluginAsync } from 'fastify';
import type { Config } from '../config.ts';
import type { Access, VerifyToken } from './access.ts';
import { guard } from './guard.ts';
import { appErrorRoutes } from './routes/app-errors.ts';
import { auditRoutes } from './routes/audit.ts';
import { backendRoutes } from './routes/backend.ts';
import { codeRoutes } from './routes/code.ts';
import { codeEditRoutes } from './routes/code-edit.ts';
import type { RouteContext } from './routes/context.ts';
import { dataRoutes } from './routes/data.ts';
import { envRoutes } from './routes/env.ts';
import { eventRoutes } from './routes/events.ts';
import { forkRoutes } from './routes/fork.ts';
import { healthRoutes } from './routes/health.ts';
import { historyRoutes } from './routes/history.ts';
import { linkRoutes } from './routes/links.ts';
import { liveTicketRoutes } from './routes/live-ticket.ts';
import { mailRoutes } from './routes/mail.ts';
import { modelRoutes } from './routes/model.ts';
import { operatorRoutes } from './routes/operator.ts';
import { operatorSessionRoutes } from './routes/operator-session.ts';
import { opsRoutes } from './routes/ops.ts';
import { orphanRoutes } from './routes/orphans.ts';
import { pictureRoutes } from './routes/pictures.ts';
import { projectionRoutes } from './routes/projections.ts';
import { publicRoutes } from './routes/public.ts';
import { sessionRoutes } from './routes/session.ts';
import { sessionsRoutes } from './routes/sessions.ts';
import { turnRoutes } from './routes/turns.ts';
import { variableRoutes } from './routes/variables.ts';
import { versionRoutes } from './routes/version.ts';
import { validatorCompiler } from './validation.ts';

export const ROUTES = [
  publicRoutes,
  sessionsRoutes,
  sessionRoutes,
  turnRoutes,
  pictureRoutes,
  modelRoutes,
  appErrorRoutes,
  linkRoutes,
  mailRoutes,
  historyRoutes,
  forkRoutes,
  versionRoutes,
  eventRoutes,
  auditRoutes,
  codeRoutes,
  codeEditRoutes,
  backendRoutes,
  dataRoutes,
  envRoutes,
  variableRoutes,
  operatorSessionRoutes,
  opsRoutes,
  operatorRoutes,
  orphanRoutes,
  projectionRoutes,
  liveTicketRoutes,
  healthRoutes,
];

/** One line of the route table: what tests hold the guard against. */
export type RouteRow = { readonly method: string; readonly url: string; readonly access: Access };

/** The API: every route, behind the one guard. */
export const apiRoutes =
  (
    context: RouteContext & { readonly verifyToken: VerifyToken; readonly config: Config },
    table: RouteRow[] = [],
  ): FastifyPluginAsync =>
  async (server) => {
    const { app, verifyToken, config, operators, site } = context;
    guard(server, { app, verifyToken, tokens: config, operators, origin: () => site().origin });
    server.addHook('onRoute', ({ method, url, config }) => {
      for (const verb of [method].flat())
        table.push({ method: verb, url, access: config?.access ?? 'public' });
    });
    server.setValidatorCompiler(validatorCompiler);
    // Views are typed and made here: nothing is gained by picking them apart once more on the way out.
    server.setSerializerCompiler(() => (body) => JSON.stringify(body));
    server.removeContentTypeParser('text/plain');
    // A POST without a body is a command without options.
    server.addHook('preValidation', async (request) => {
      request.body ??= {};
    });
    for (const routes of ROUTES) await server.register(routes(context));
  };
