import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newSlug } from '../../adapters/database/embedded/testing.ts';
import { startServices } from '../../api/composition/services.ts';
import { readConfig } from '../../api/config.ts';
import { createShutdown } from '../../api/lifecycle/shutdown.ts';
import { createDeriver } from '../../commands/identifiers.ts';
import type { ServiceProvider } from '../../commands/ports/services.ts';
import { SERVICES, type ServiceName } from '../../domain/services.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { type AllServices, startAllServices } from '../stand-ins/all-services.ts';

const LIMIT_MS = 120_000;

/** Every subset of the four services: none in the cloud, one, some, all. */
const MIXTURES = Array.from({ length: 2 ** SERVICES.length }, (_, bits) =>
  SERVICES.filter((_service, at) => (bits >> at) % 2 === 1),
);

const named = (inCloud: readonly ServiceName[]) => inCloud.join(' + ') || 'nothing';

describe('a server whose services are partly in the cloud', () => {
  let cloud: AllServices;
  beforeAll(async () => {
    cloud = await startAllServices();
  }, LIMIT_MS);
  afterAll(() => cloud.close());

  const configOf = (dataDir: string, inCloud: readonly ServiceName[]) => {
    const keys = Object.assign({}, ...inCloud.map((service) => cloud.env[service]));
    return rightOf(readConfig({ MK0R_DATA_DIR: dataDir, ...keys }));
  };

  const provide = async (provider: ServiceProvider, slug: string): Promise<void> => {
    const request = { sessionId: `s-${slug}`, slug, signal: AbortSignal.timeout(30_000) };
    for (const task of [provider.provision(request), provider.release(request)]) {
      const result = await task();
      if (E.isLeft(result)) throw new Error(`${provider.service}: ${result.left.message}`);
    }
  };

  test.each(MIXTURES.map((inCloud) => [named(inCloud), inCloud] as const))(
    'with %s there serves all four, and says by whom',
    async (_name, inCloud) => {
      const dataDir = await mkdtemp(join(tmpdir(), 'mk0r-mixture-'));
      const logger = pino({ level: 'silent' });
      const shutdown = createShutdown(logger);
      try {
        const services = await startServices({
          config: configOf(dataDir, inCloud),
          publicUrl: 'http://localhost:3000',
          derive: createDeriver(Buffer.from('master key of the tests')),
          logger,
          shutdown,
          sandboxNetwork: 'loopback',
        });
        const slug = newSlug();
        await Promise.all(Object.values(services.providers).map((provider) => provide(provider, slug)));
        for (const service of SERVICES) {
          const by = inCloud.includes(service) ? service : 'embedded';
          expect(services.providers[service].provider).toBe(by);
          expect(services.health()[service]?.startsWith(by)).toBe(true);
        }
        expect(services.embedded).toEqual([
          ...SERVICES.filter((service) => !inCloud.includes(service)),
          'identity',
        ]);
        // Database, mail, git, analytics: whoever serves them, a sandbox without a network gets there; apps of earlier
        // releases know the mail catcher by its own port.
        expect(services.forwards).toHaveLength(inCloud.includes('resend') ? 4 : 5);
      } finally {
        expect(await shutdown.run()).toEqual([]);
        await rm(dataDir, { recursive: true, force: true });
      }
    },
    LIMIT_MS,
  );
});
