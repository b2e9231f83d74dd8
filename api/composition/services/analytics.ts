import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import { analyticsIngest } from '../../../adapters/analytics/ingest.ts';
import { posthogProvider } from '../../../adapters/analytics/provider.ts';
import { analyticsRelay } from '../../../adapters/analytics/relay.ts';
import { type AnalyticsStore, openAnalyticsStore } from '../../../adapters/analytics/store.ts';
import type { CloudServices } from '../../config/services.ts';
import { INGEST_PATH, startIngest } from '../ingest.ts';
import { forward, needsRelay, type Part, type PartOptions, partFolder } from './part.ts';

export type AnalyticsPart = Part & {
  /** Where events are kept on this machine. */
  readonly store: AnalyticsStore | undefined;
  /** What the public server answers under `INGEST_PATH`. */
  readonly ingest: FastifyPluginAsync | undefined;
};

/** The project key of the embedded analytics; public by design, like PostHog's own. */
const EMBEDDED_PROJECT_KEY = 'phc_mk0r_embedded';

export const startAnalytics = (options: PartOptions): Promise<AnalyticsPart> => {
  const { posthog } = options.config.services;
  return posthog === undefined ? embedded(options) : atPosthog(options, posthog);
};

/** An app's server reaches the ingest under the public address, and nothing else of this server. */
const ownWayIn = ({ publicUrl }: PartOptions, port: number) => forward(portOf(publicUrl), port);

const portOf = (url: string): number => {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
};

const embedded = async (options: PartOptions): Promise<AnalyticsPart> => {
  const store = openAnalyticsStore({
    file: join(partFolder(options, 'analytics'), 'analytics.db'),
    logger: options.logger,
  });
  const ingest = analyticsIngest({ store });
  const server = await startIngest(ingest);
  return {
    provider: posthogProvider({
      provider: 'embedded',
      projectKey: EMBEDDED_PROJECT_KEY,
      host: options.publicUrl + INGEST_PATH,
      store,
    }),
    forwards: [ownWayIn(options, server.port)],
    health: () => 'embedded',
    isUp: () => true,
    close: async () => {
      await server.close();
      store.close();
    },
    store,
    ingest,
  };
};

const atPosthog = async (
  options: PartOptions,
  { projectKey, host }: NonNullable<CloudServices['posthog']>,
): Promise<AnalyticsPart> => {
  const ingest = needsRelay(options, host) ? analyticsRelay({ host }) : undefined;
  const server = ingest === undefined ? undefined : await startIngest(ingest);
  return {
    provider: posthogProvider({
      provider: 'posthog',
      projectKey,
      host: server === undefined ? host : options.publicUrl + INGEST_PATH,
    }),
    forwards: server === undefined ? [] : [ownWayIn(options, server.port)],
    health: () => 'posthog',
    isUp: () => true,
    close: () => server?.close(),
    store: undefined,
    ingest,
  };
};
