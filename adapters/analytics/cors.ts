import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Previews live on origins of their own and carry no cookie of ours here, so every origin may send. */
const allowOrigin = (request: FastifyRequest, reply: FastifyReply): void => {
  reply.header('cross-origin-resource-policy', 'cross-origin').header('vary', 'Origin');
  if (request.headers.origin === undefined) return;
  reply
    .header('access-control-allow-origin', request.headers.origin)
    .header('access-control-allow-credentials', 'true');
};

/** Lets pages of every origin send events. */
export const openToAllOrigins = (server: FastifyInstance): void => {
  server.addHook('onRequest', async (request, reply) => allowOrigin(request, reply));
  server.options('/*', async (request, reply) =>
    reply
      .code(204)
      .header('access-control-allow-methods', 'GET, POST, OPTIONS')
      .header(
        'access-control-allow-headers',
        request.headers['access-control-request-headers'] ?? 'content-type',
      )
      .header('access-control-max-age', '86400')
      .send(),
  );
};
