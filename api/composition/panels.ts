import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { inspectDatabase, readTable } from '../../adapters/database/inspect.ts';
import { audienceName } from '../../adapters/mail/resend-provider.ts';
import { repositoryReader } from '../../adapters/repository/embedded/read.ts';
import { fromVault } from '../../commands/effects/context.ts';
import type { ProviderError } from '../../commands/ports/services.ts';
import type { Vault } from '../../commands/ports/vault.ts';
import { resourceName } from '../../domain/services.ts';
import type { Panels, SessionRef } from '../panels.ts';
import type { EmbeddedServices } from './embedded.ts';

const missing = (message: string): ProviderError => ({ code: 'not_found', message, retryable: false });

/** What the session's backend holds, read from the embedded services for its owner. */
export const createPanels = (services: EmbeddedServices, vault: Vault): Panels => {
  const { git, mail, analytics, providers } = services;
  const repository = repositoryReader(git);

  const databaseUrl = ({ sessionId }: SessionRef): TE.TaskEither<ProviderError, string> =>
    pipe(
      fromVault(vault.all(sessionId)),
      TE.flatMap(({ DATABASE_URL: url }) =>
        url === undefined ? TE.left(missing('This session has no database yet.')) : TE.right(url),
      ),
    );

  const newest = ({ slug }: SessionRef, sha?: string): TE.TaskEither<ProviderError, string> =>
    sha !== undefined
      ? TE.right(sha)
      : pipe(
          repository.log(slug, 1),
          TE.flatMap(([first]) =>
            first === undefined ? TE.left(missing('Nothing has been pushed yet.')) : TE.right(first.sha),
          ),
        );

  return {
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
    mail: ({ slug }) => {
      const segmentId = mail.segmentNamed(audienceName(slug));
      return TE.right(
        segmentId === undefined
          ? { mails: [], contacts: [] }
          : {
              mails: mail.inbox({ segmentId }),
              contacts: mail.contacts(segmentId).map(({ email, created_at }) => ({ email, at: created_at })),
            },
      );
    },
    analytics: ({ slug }) => {
      const appId = resourceName(slug);
      const counts = new Map<string, number>();
      for (const { event, count } of analytics.counts(appId))
        counts.set(event, (counts.get(event) ?? 0) + count);
      return TE.right({
        events: [...counts].map(([event, count]) => ({ event, count })).sort((a, b) => b.count - a.count),
        recent: analytics.events(appId, { limit: 50 }).map(({ event, at }) => ({ event, at })),
      });
    },
    files: (session, sha) =>
      pipe(
        newest(session, sha),
        TE.flatMap((at) =>
          pipe(
            repository.files(session.slug, at),
            TE.map((files) => ({ sha: at, files: files.map(({ path, size = 0 }) => ({ path, size })) })),
          ),
        ),
      ),
    file: (session, path, sha) =>
      pipe(
        newest(session, sha),
        TE.flatMap((at) => repository.fileContent(session.slug, at, path)),
        TE.map(({ content, truncated, binary }) => ({ path, content: binary ? '' : content, truncated })),
      ),
    diff: ({ slug }, sha) =>
      pipe(
        repository.diff(slug, sha),
        TE.map(({ files }) => ({ sha, files })),
      ),
    clone: ({ slug }) =>
      pipe(
        providers.github.credential(slug),
        TE.map(({ url, username, password, expiresAt }) => {
          const withCredential = new URL(url);
          withCredential.username = username;
          withCredential.password = password;
          return { url: withCredential.href, command: `git clone ${withCredential.href}`, expiresAt };
        }),
      ),
  };
};
