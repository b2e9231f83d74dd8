import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import pg from 'pg';
import { pino } from 'pino';
import { analyticsIngest } from '../../adapters/analytics/ingest.ts';
import { posthogProvider } from '../../adapters/analytics/provider.ts';
import { openAnalyticsStore } from '../../adapters/analytics/store.ts';
import { embeddedDatabaseProvider } from '../../adapters/database/embedded/provider.ts';
import { newSlug, testCluster } from '../../adapters/database/embedded/testing.ts';
import { startMailCatcher } from '../../adapters/mail/catcher/start.ts';
import { resendProvider } from '../../adapters/mail/resend-provider.ts';
import { right } from '../../domain/testing/outcome.ts';

const CONTROL_KEY = 're_control_key_of_this_test_run';

/** What one app gets of the embedded services, and what they saw of it. */
export type Services = {
  readonly env: Readonly<Record<string, string>>;
  readonly sql: (query: string) => Promise<Record<string, unknown>[]>;
  readonly tables: () => Promise<unknown[]>;
  readonly inbox: () => readonly { to: readonly string[]; subject: string }[];
  readonly contacts: () => readonly { email: string }[];
  readonly events: () => readonly { event: string }[];
};

/** The embedded services themselves, started for a test: Postgres, mail catcher, analytics ingest. */
export type Backend = {
  readonly provision: () => Promise<Services>;
  readonly close: () => Promise<void>;
};

export async function startBackend(): Promise<Backend> {
  const folder = await mkdtemp(join(tmpdir(), 'mk0r-backend-'));
  const cluster = await testCluster();
  const postgres = await cluster.start();
  const logger = pino({ level: 'silent' });
  const file = (name: string) => join(folder, name);
  const catcher = await startMailCatcher({ file: file('mail.db'), port: 0, logger, controlKey: CONTROL_KEY });
  const store = openAnalyticsStore({ file: file('analytics.db') });
  const ingest = fastify();
  await ingest.register(analyticsIngest({ store }));
  const host = await ingest.listen({ host: '127.0.0.1', port: 0 });

  const providers = {
    database: embeddedDatabaseProvider(postgres),
    mail: resendProvider({
      provider: 'embedded',
      key: CONTROL_KEY,
      baseUrl: catcher.url,
      sandboxBaseUrl: catcher.url,
    }),
    analytics: posthogProvider({ provider: 'embedded', projectKey: 'phc_test', host, store }),
  };

  return {
    provision: async () => {
      const request = { sessionId: 'test', slug: newSlug(), signal: AbortSignal.timeout(30_000) };
      const [database, mail, analytics] = await Promise.all(
        [providers.database, providers.mail, providers.analytics].map((it) => right(it.provision(request))),
      );
      const env = { ...database?.env, ...mail?.env, ...analytics?.env };
      const segmentId = env.RESEND_AUDIENCE_ID ?? '';
      const sql = (query: string) => rows(env.DATABASE_URL ?? '', query);
      return {
        env,
        sql,
        tables: async () =>
          (
            await sql(
              `select table_name as name from information_schema.tables where table_schema = 'public'`,
            )
          )
            .map(({ name }) => name)
            .sort(),
        inbox: () => catcher.inbox({ segmentId }),
        contacts: () => catcher.contacts(segmentId),
        events: () => store.events(env.VITE_POSTHOG_APP_ID ?? ''),
      };
    },
    close: async () => {
      await Promise.all([catcher.close(), ingest.close(), postgres.close()]);
      store.close();
      await cluster.remove();
      await rm(folder, { recursive: true });
    },
  };
}

async function rows(url: string, query: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(query)).rows;
  } finally {
    await client.end();
  }
}
