import type { Shutdown } from '../lifecycle/shutdown.ts';
import { startAnalytics } from './services/analytics.ts';
import { startDatabase } from './services/database.ts';
import { startIdentity } from './services/identity.ts';
import { startMail } from './services/mail.ts';
import type { PartOptions } from './services/part.ts';
import { startRepository } from './services/repository.ts';
import { startAll } from './start-all.ts';

/**
 * Everything a session needs from outside its sandbox. A service whose key is configured is used in the cloud; in the
 * place of every other an embedded part is started, with its state under the data directory.
 */
export const startServices = async (options: PartOptions & { readonly shutdown: Shutdown }) => {
  const { database, mail, repository, analytics, identity } = await startAll(options.shutdown, {
    database: startDatabase(options),
    mail: startMail(options),
    repository: startRepository(options),
    analytics: startAnalytics(options),
    identity: startIdentity(options),
  });
  const parts = { posthog: analytics, neon: database, resend: mail, github: repository };
  return {
    mail,
    repository,
    analytics,
    identity,
    providers: {
      posthog: analytics.provider,
      neon: database.provider,
      resend: mail.provider,
      github: repository.provider,
    },
    forwards: [database, mail, repository, analytics].flatMap((part) => part.forwards),
    /** By whom each is served, by the service's name. */
    health: (): Readonly<Record<string, string>> => ({
      ...Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.health()])),
      identity: identity.provider,
    }),
    isUp: (): boolean => Object.values(parts).every((part) => part.isUp()),
    /** The services that are served from this machine. */
    embedded: [
      ...Object.entries(parts).flatMap(([name, { provider }]) =>
        provider.provider === 'embedded' ? [name] : [],
      ),
      ...(identity.provider === 'embedded' ? ['identity'] : []),
    ],
    secrets: mail.secrets,
  };
};

export type Services = Awaited<ReturnType<typeof startServices>>;
