import type { AddressInfo } from 'node:net';
import fastify, { type FastifyPluginAsync } from 'fastify';

/** Under which path analytics are taken in, on the public server and on the sandboxes' own way in. */
export const INGEST_PATH = '/ingest';

/** The ingest alone, on a loopback port: what a sandbox may reach of this server. */
export const startIngest = async (ingest: FastifyPluginAsync) => {
  const server = fastify({ logger: false });
  await server.register(ingest, { prefix: INGEST_PATH });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() };
};
