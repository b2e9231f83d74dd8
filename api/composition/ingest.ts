import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { analyticsIngest } from '../../adapters/analytics/ingest.ts';
import type { AnalyticsStore } from '../../adapters/analytics/store.ts';

/** Under which path analytics are taken in, on the public server and on the sandboxes' own way in. */
export const INGEST_PATH = '/ingest';

/** The ingest alone, on a loopback port: what a sandbox may reach of this server. */
export const startIngest = async (store: AnalyticsStore) => {
  const server = fastify({ logger: false });
  await server.register(analyticsIngest({ store }), { prefix: INGEST_PATH });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() };
};
