import type { DatabaseSync } from 'node:sqlite';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { purger } from '../../sqlite-file/purger.ts';
import { openApiKeys } from './api-keys.ts';
import { callerOf, identify, requireFullAccess } from './caller.ts';
import { openContacts } from './contacts.ts';
import { openIdempotency } from './idempotency.ts';
import type { CatcherLimits } from './limits.ts';
import type { Mails } from './mails.ts';
import { notFound, Refusal } from './refusal.ts';
import { contactRoutes } from './routes/contacts.ts';
import { sendRoutes, sentRoutes } from './routes/emails.ts';
import { teamRoutes } from './routes/team.ts';
import { openSegments } from './segments.ts';

export type CatcherServerOptions = {
  readonly database: DatabaseSync;
  readonly mails: Mails;
  readonly controlKeySha256: string;
  readonly limits: CatcherLimits;
  readonly logger: FastifyBaseLogger;
};

/** The Resend API over `database`; every request is authenticated before its body is read. */
export const catcherServer = (options: CatcherServerOptions): FastifyInstance => {
  const { database, mails, limits } = options;
  const server = fastify({
    loggerInstance: options.logger,
    // Addresses of people stand in the paths (/contacts/<email>) and have no place in a log.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.requestBytes,
    // An address is up to 320 characters long; the router's own limit is 100.
    routerOptions: { maxParamLength: 400 },
    requestTimeout: 30_000,
    forceCloseConnections: true,
  });
  const apiKeys = openApiKeys(database);
  const purging = purger(database, { logger: options.logger });
  const segments = openSegments(database, () => void purging.soon());
  const contacts = openContacts(database, limits);
  const idempotency = openIdempotency(database);

  server.addHook('onClose', async () => purging.atOnce());
  server.decorateRequest('caller');
  server.addHook('onRequest', async (request) => {
    request.setDecorator('caller', identify(request, options.controlKeySha256, apiKeys.byTokenDigest));
  });
  acceptEmptyJson(server);
  server.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
    const refusal = asRefusal(error);
    if (refusal.statusCode >= 500) request.log.error({ err: error }, 'the mail catcher failed a request');
    return reply.code(refusal.statusCode).send(refusal.body);
  });
  server.setNotFoundHandler(async (request) => {
    requireFullAccess(callerOf(request));
    throw notFound('The requested endpoint was');
  });

  server.register(sendRoutes({ database, mails, idempotency }));
  server.register(sentRoutes({ mails }));
  server.register(contactRoutes({ contacts, segments }));
  server.register(teamRoutes({ apiKeys, segments }));
  return server;
};

/** The SDK sends `content-type: application/json` with no body at all on some POSTs. */
const acceptEmptyJson = (server: FastifyInstance): void => {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else parseJson(request, String(body), done);
  });
};

const asRefusal = (error: Error & { statusCode?: number }): Refusal => {
  if (error instanceof Refusal) return error;
  const status = error.statusCode ?? 500;
  // What Fastify itself refuses: malformed JSON, a body over the limit, a content type that is not JSON.
  if (status < 500) return new Refusal(status, 'validation_error', error.message);
  return new Refusal(
    500,
    'internal_server_error',
    'We are unable to process your request right now, please try again later.',
  );
};
