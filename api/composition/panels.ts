import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { changeRow } from '../../adapters/database/edit.ts';
import { inspectDatabase, readTable } from '../../adapters/database/inspect.ts';
import { runSql } from '../../adapters/database/run-sql.ts';
import { audienceName } from '../../adapters/mail/resend-provider.ts';
import { repositoryReader } from '../../adapters/repository/embedded/read.ts';
import { sandboxReader } from '../../adapters/repository/sandbox-git.ts';
import { fromVault } from '../../commands/effects/context.ts';
import type { ProviderError } from '../../commands/ports/services.ts';
import type { Vault } from '../../commands/ports/vault.ts';
import { resourceName } from '../../domain/services.ts';
import type { Panels, SessionRef } from '../panels.ts';
import { createCodePanels } from './code-panels.ts';
import { createKeptPages, quickReader } from './quick-pages.ts';
import type { Reach } from './reach.ts';
import type { Services } from './services.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;

const missing = (message: string): ProviderError => ({ code: 'not_found', message, retryable: false });

const elsewhere = (service: string, what: string): TE.TaskEither<ProviderError, never> =>
  TE.left({
    code: 'kept_elsewhere',
    message: `${what} of this app are kept at ${service}.`,
    retryable: false,
  });

/** What the session's backend holds, read for its owner from where this server keeps it. */
export const createPanels = (services: Services, vault: Vault, reach: Reach): Panels => {
  const { mail, analytics, providers } = services;
  const repository = repositoryReader(services.repository.git);

  const databaseUrl = ({ sessionId }: SessionRef): TE.TaskEither<ProviderError, string> =>
    pipe(
      fromVault(vault.all(sessionId)),
      TE.flatMap(({ DATABASE_URL: url }) =>
        url === undefined ? TE.left(missing('This session has no database yet.')) : TE.right(url),
      ),
    );

  return {
    ...createCodePanels({
      repository,
      sandbox: sandboxReader(reach),
      quick: quickReader(createKeptPages(vault)),
      vault,
    }),
    tables: (session) =>
      pipe(
        databaseUrl(session),
        TE.flatMap(inspectDatabase),
        TE.map(({ tables }) => ({ tables })),
      ),
    rows: (session, table, range) =>
      pipe(
        databaseUrl(session),
        TE.flatMap((url) => readTable(url, table, range)),
      ),
    changeRow: (session, table, change) =>
      pipe(
        databaseUrl(session),
        TE.flatMap((url) => changeRow(url, table, change)),
      ),
    sql: (session, statement, mode) =>
      pipe(
        databaseUrl(session),
        TE.flatMap((url) => runSql(url, statement, mode)),
      ),
    mail: ({ slug }) => {
      const { catcher } = mail;
      if (catcher === undefined) return elsewhere('Resend', 'The mails');
      const segmentId = catcher.segmentNamed(audienceName(slug));
      return TE.right(
        segmentId === undefined
          ? { mails: [], contacts: [] }
          : {
              mails: catcher.inbox({ segmentId }),
              contacts: catcher
                .contacts(segmentId)
                .map(({ email, created_at }) => ({ email, at: created_at })),
            },
      );
    },
    analytics: ({ slug }) => {
      const { store } = analytics;
      if (store === undefined) return elsewhere('PostHog', 'The events');
      const appId = resourceName(slug);
      const counts = new Map<string, number>();
      const perDay = store.counts(appId);
      for (const { event, count } of perDay) counts.set(event, (counts.get(event) ?? 0) + count);
      const since = new Date(Date.now() - DAYS * DAY_MS).toISOString().slice(0, 10);
      return TE.right({
        events: [...counts].map(([event, count]) => ({ event, count })).sort((a, b) => b.count - a.count),
        days: perDay.filter(({ day }) => day > since).reverse(),
        recent: store.events(appId, { limit: 50 }).map(({ event, at }) => ({ event, at })),
      });
    },
    clone: ({ sessionId, slug }) =>
      pipe(
        fromVault(vault.all(sessionId)),
        TE.filterOrElse(
          ({ GITHUB_REPO: name }) => name !== undefined,
          () => missing('This session has no repository. Its code can be downloaded.'),
        ),
        TE.flatMap(() => providers.github.credential(slug)),
        TE.map(({ url, username, password, expiresAt }) => {
          const withCredential = new URL(url);
          withCredential.username = username;
          withCredential.password = password;
          return { url: withCredential.href, command: `git clone ${withCredential.href}`, expiresAt };
        }),
      ),
  };
};
