import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../adapters/database/embedded/postgres.ts';
import { embeddedDatabaseProvider } from '../../../adapters/database/embedded/provider.ts';
import { neonDatabaseProvider } from '../../../adapters/database/neon/provider.ts';
import type { Endpoint } from '../../../adapters/database/relay/endpoint.ts';
import { startDatabaseRelay } from '../../../adapters/database/relay/relay.ts';
import { relayedDatabaseProvider } from '../../../adapters/database/relay/relayed-provider.ts';
import { rememberedPort } from '../../../adapters/listening/remembered-port.ts';
import type { DatabaseProvider } from '../../../commands/ports/checkpoints.ts';
import type { CloudServices } from '../../config/services.ts';
import { forward, LOOPBACK, needsRelay, type Part, type PartOptions, partFolder } from './part.ts';

export const startDatabase = (options: PartOptions): Promise<Part<DatabaseProvider>> => {
  const { neon } = options.config.services;
  return neon === undefined ? embedded(options) : atNeon(options, neon);
};

const embedded = async ({ config, logger }: PartOptions): Promise<Part<DatabaseProvider>> => {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(config.dataDir, 'postgres'),
    port: config.ports.postgres,
    logger: logger.child({ part: 'postgres' }),
  });
  return {
    provider: embeddedDatabaseProvider(postgres),
    forwards: [forward(postgres.port)],
    health: () => `embedded, ${postgres.state()}`,
    isUp: () => postgres.state() === 'up',
    close: postgres.close,
  };
};

/** Computes of Neon, and nothing else of the internet. */
const isNeon = ({ host, port }: Endpoint): boolean =>
  port === 5432 && /^ep-[a-z0-9-]+(\.[a-z0-9-]+){1,4}\.neon\.tech$/.test(host);

/** Where the API itself is on this machine, so are its databases. */
const isHere = ({ host }: Endpoint): boolean => host === LOOPBACK;

const atNeon = async (
  options: PartOptions,
  { key, orgId, apiUrl }: NonNullable<CloudServices['neon']>,
): Promise<Part<DatabaseProvider>> => {
  const provider = neonDatabaseProvider({
    key,
    ...(orgId === undefined ? {} : { orgId }),
    ...(apiUrl === undefined ? {} : { baseUrl: apiUrl, sqlUrl: new URL('/sql', apiUrl).href }),
  });
  const part: Part<DatabaseProvider> = {
    provider,
    forwards: [],
    health: () => 'neon',
    isUp: () => true,
    close: () => undefined,
  };
  if (!needsRelay(options, apiUrl)) return part;
  const here = apiUrl !== undefined && needsRelay({ ...options, sandboxNetwork: 'internet' }, apiUrl);
  const relay = await startDatabaseRelay({
    port: await rememberedPort(partFolder(options, 'database-relay'), options.config.ports.postgres),
    tls: !here,
    allows: here ? isHere : isNeon,
    logger: options.logger.child({ part: 'database relay' }),
  });
  return {
    ...part,
    provider: relayedDatabaseProvider(provider, relay.port),
    forwards: [forward(relay.port)],
    close: relay.close,
  };
};
