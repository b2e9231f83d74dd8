import { Readable } from 'node:stream';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { RepositoryReader } from '../../adapters/repository/embedded/read.ts';
import { fromVault } from '../../commands/effects/context.ts';
import type { ProviderError } from '../../commands/ports/services.ts';
import type { Vault } from '../../commands/ports/vault.ts';
import type { Panels, SessionRef } from '../panels.ts';
import { exportedApp } from './export-app.ts';
import { zipped } from './zip.ts';

type CodePanels = Pick<Panels, 'files' | 'file' | 'diff' | 'search' | 'exportZip'>;
type Task<A> = TE.TaskEither<ProviderError, A>;
/** A repository that has the commit, and what it knows the session's by. */
type Place = { readonly reader: RepositoryReader; readonly name: string; readonly sha: string };

const NOTHING: ProviderError = { code: 'not_found', message: 'There is no code yet.', retryable: false };
/** What the session's own repository does not have may still be in its sandbox. */
const ELSEWHERE: ReadonlySet<string> = new Set(['unknown_commit', 'unknown_repository']);

/**
 * The session's code, as pushed to its repository; a commit that is not there yet, or has nowhere to go, as it is in the
 * sandbox while that runs. Without a commit, the one the session is at, or where nobody has that, the newest pushed.
 */
export const createCodePanels = ({
  repository,
  sandbox,
  quick,
  vault,
}: {
  readonly repository: RepositoryReader;
  readonly sandbox: RepositoryReader;
  /** Versions of quick pages. */
  readonly quick: RepositoryReader;
  readonly vault: Vault;
}): CodePanels => {
  const newest = ({ slug }: SessionRef): Task<string> =>
    pipe(
      repository.log(slug, 1),
      TE.flatMap(([first]) => (first === undefined ? TE.left(NOTHING) : TE.right(first.sha))),
    );

  const reading = <A>(
    session: SessionRef,
    asked: string | undefined,
    read: (place: Place) => Task<A>,
  ): Task<A> => {
    const pushed = (sha: string) => read({ reader: repository, name: session.slug, sha });
    const sha = asked ?? session.at;
    if (sha === undefined) return pipe(newest(session), TE.flatMap(pushed));
    return pipe(
      pushed(sha),
      TE.orElse((error) =>
        ELSEWHERE.has(error.code)
          ? pipe(
              read({ reader: quick, name: session.sessionId, sha }),
              TE.orElse((none) =>
                none.code === 'unknown_commit'
                  ? read({ reader: sandbox, name: session.sessionId, sha })
                  : TE.left(none),
              ),
              TE.orElse((there) =>
                (asked === undefined || asked === session.at) && there.code === 'sandbox_not_running'
                  ? pipe(newest(session), TE.flatMap(pushed))
                  : TE.left(there.code === 'sandbox_not_running' ? error : there),
              ),
            )
          : TE.left(error),
      ),
    );
  };

  return {
    files: (session, asked) =>
      reading(session, asked, ({ reader, name, sha }) =>
        pipe(
          reader.files(name, sha),
          TE.map((files) => ({ sha, files: files.map(({ path, size }) => ({ path, size })) })),
        ),
      ),
    file: (session, path, asked) =>
      reading(session, asked, ({ reader, name, sha }) =>
        pipe(
          reader.fileContent(name, sha, path),
          TE.map(({ content, truncated, binary, oid, kind, size }) => ({
            path,
            sha,
            oid,
            size,
            content: binary ? '' : content,
            truncated,
            binary,
            link: kind === 'link',
          })),
        ),
      ),
    diff: (session, asked) =>
      reading(session, asked, ({ reader, name, sha }) =>
        pipe(
          reader.diff(name, sha),
          TE.map(({ files }) => ({ sha, files })),
        ),
      ),
    search: (session, text, asked) =>
      reading(session, asked, ({ reader, name, sha }) =>
        pipe(
          reader.search(name, sha, text),
          TE.map((found) => ({ sha, ...found })),
        ),
      ),
    exportZip: (session, variables) =>
      reading(session, undefined, (place) =>
        pipe(
          // Whether there is anything is known before the first byte is sent.
          place.reader.files(place.name, place.sha),
          TE.flatMap(() => fromVault(vault.all(session.sessionId))),
          TE.map((secrets) =>
            Readable.from(
              zipped(exportedApp({ ...place, secrets, variables, databaseUrl: secrets.DATABASE_URL })),
            ),
          ),
        ),
      ),
  };
};
