import { randomUUID } from 'node:crypto';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Application } from './application.ts';
import type { Config } from './config.ts';
import { handleErrors } from './http/errors.ts';
import { guard } from './http/guard.ts';
import { observe } from './http/observe.ts';
import { createOperators } from './http/operators.ts';
import { ProblemSchema } from './http/problem.ts';
import { healthRoutes } from './http/routes/health.ts';
import { validatorCompiler } from './http/validation.ts';
import type { Metrics } from './metrics.ts';

export type WorkerServerOptions = {
  readonly app: Application;
  readonly config: Pick<Config, 'adminToken'>;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly operatorKey: string;
};

/** What a worker answers: how it is, whether it is ready, and its figures. It serves no visitor. Not listening yet. */
export const buildWorkerServer = async (options: WorkerServerOptions): Promise<FastifyInstance> => {
  const { app, config, logger, metrics, operatorKey } = options;
  const server = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
  });
  handleErrors(server);
  observe(server, metrics);
  server.addSchema(ProblemSchema);
  await server.register(async (routes) => {
    guard(routes, {
      app,
      verifyToken: () => TE.left({ tag: 'TokenRefused', reason: 'workers serve no visitors' }),
      tokens: {},
      operators: createOperators({ adminToken: config.adminToken, key: operatorKey }),
      origin: () => '',
    });
    routes.setValidatorCompiler(validatorCompiler);
    routes.setSerializerCompiler(() => (body) => JSON.stringify(body));
    await routes.register(healthRoutes({ app, metrics }));
  });
  return server;
};
