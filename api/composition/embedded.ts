import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { posthogProvider } from '../../adapters/analytics/provider.ts';
import { openAnalyticsStore } from '../../adapters/analytics/store.ts';
import { startEmbeddedPostgres } from '../../adapters/database/embedded/postgres.ts';
import { embeddedDatabaseProvider } from '../../adapters/database/embedded/provider.ts';
import { openLocalIdentity } from '../../adapters/identity/local/open.ts';
import { startMailCatcher } from '../../adapters/mail/catcher/start.ts';
import { resendProvider } from '../../adapters/mail/resend-provider.ts';
import { startGitHost } from '../../adapters/repository/embedded/git-host.ts';
import { embeddedRepositoryProvider } from '../../adapters/repository/embedded/provider.ts';
import type { Derive } from '../../commands/identifiers.ts';
import type { Forward } from '../../commands/ports/sandboxes.ts';
import type { Config } from '../config.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Logger } from '../log.ts';
import { startIngest } from './ingest.ts';
import { rememberedPort } from './remembered-port.ts';
import { startAll } from './start-all.ts';

export const FIREBASE_PROJECT = 'mk0r-local';

/** The project key of the embedded analytics; public by design, like PostHog's own. */
const POSTHOG_PROJECT_KEY = 'phc_mk0r_embedded';

const LOOPBACK = '127.0.0.1';

/**
 * Everything a session needs from outside its sandbox, served from this machine: Postgres, mail, Git, analytics and
 * identity, each with its state under the data directory.
 */
export const startEmbeddedServices = async (
  config: Config,
  options: {
    readonly publicUrl: string;
    readonly derive: Derive;
    readonly logger: Logger;
    readonly shutdown: Shutdown;
  },
) => {
  const { publicUrl, derive, logger, shutdown } = options;
  const dir = (name: string) => {
    const path = join(config.dataDir, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const controlKey = `re_${derive('mail-control-key')}`;
  const analytics = openAnalyticsStore({ file: join(dir('analytics'), 'analytics.db') });
  shutdown.defer('analytics', analytics.close);
  const { postgres, mail, git, identity, ingest } = await startAll(shutdown, {
    postgres: startEmbeddedPostgres({
      dataDir: join(config.dataDir, 'postgres'),
      port: config.ports.postgres,
      logger: logger.child({ part: 'postgres' }),
    }),
    mail: rememberedPort(dir('mail'), config.ports.services).then((port) =>
      startMailCatcher({
        file: join(config.dataDir, 'mail', 'mail.db'),
        port,
        logger: logger.child({ part: 'mail' }, { level: 'warn' }),
        controlKey,
      }),
    ),
    git: startGitHost({
      dataDir: join(config.dataDir, 'git'),
      port: config.ports.git,
      logger: logger.child({ part: 'git' }),
    }),
    identity: openLocalIdentity({ folder: dir('identity'), projectId: FIREBASE_PROJECT }),
    ingest: startIngest(analytics),
  });

  const providers = {
    posthog: posthogProvider({
      provider: 'embedded',
      projectKey: POSTHOG_PROJECT_KEY,
      host: `${publicUrl}/ingest`,
      store: analytics,
    }),
    neon: embeddedDatabaseProvider(postgres),
    resend: resendProvider({
      provider: 'embedded',
      key: controlKey,
      baseUrl: mail.url,
      sandboxBaseUrl: mail.url,
      from: 'onboarding@mk0r.local',
    }),
    github: embeddedRepositoryProvider(git),
  };

  const at = (port: number, target = port): Forward => ({ port, target: { host: LOOPBACK, port: target } });
  const forwards: readonly Forward[] = [
    at(postgres.port),
    at(mail.port),
    at(git.port),
    // An app's server reaches the ingest under the public address, and nothing else of this server.
    at(portOf(publicUrl), ingest.port),
  ];

  return { postgres, mail, git, identity, analytics, providers, forwards, controlKey };
};

const portOf = (url: string): number => {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
};

export type EmbeddedServices = Awaited<ReturnType<typeof startEmbeddedServices>>;
