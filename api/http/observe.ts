import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.ts';

/** One figure, and one line at `debug`, for every answer. */
export const observe = (server: FastifyInstance, metrics: Metrics): void => {
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const { method } = request;
    const status = reply.statusCode;
    metrics.httpRequest({ method, route, status, seconds: reply.elapsedTime / 1000 });
    request.log.debug({ method, route, status, ms: Math.round(reply.elapsedTime) }, 'answered');
  });
};
