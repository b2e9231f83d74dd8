import { createTwoFilesPatch } from 'diff';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FileContent, RepositoryReader } from '../../adapters/repository/embedded/read.ts';
import { fromVault } from '../../commands/effects/context.ts';
import { blobId, PAGE_PATH, type PageCommit } from '../../commands/git/objects.ts';
import type { ProviderError } from '../../commands/ports/services.ts';
import type { Vault } from '../../commands/ports/vault.ts';
import { allKeptPages, readKeptPage } from '../../commands/quick/kept-pages.ts';
import { QUICK_ROOT } from '../../domain/session/history.ts';

const refused = (code: string, message: string): ProviderError => ({ code, message, retryable: false });
const NO_COMMIT = refused('unknown_commit', 'there is no such commit');
const NO_FILE = refused('unknown_file', 'the commit has no such file');

/**
 * The versions of quick pages, as they are in the vault. `undefined` for what is none.
 * @param most how many are kept at hand; of a session that is over none is, from the next one on that is read
 */
export const createKeptPages = (
  vault: Pick<Vault, 'all'>,
  {
    most = 0,
    isOpen = () => true,
  }: { readonly most?: number; readonly isOpen?: (sessionId: string) => boolean } = {},
) => {
  const known = new Map<string, PageCommit>();
  return {
    read: (sessionId: string, sha: string): TE.TaskEither<ProviderError, PageCommit | undefined> => {
      const key = `${sessionId}|${sha}`;
      const page = known.get(key);
      if (page !== undefined) return TE.right(page);
      return pipe(
        fromVault(vault.all(sessionId)),
        TE.map((values) => {
          const found = readKeptPage(values, sha);
          if (found === undefined) return undefined;
          if (most > 0) known.set(key, found);
          for (const other of known.keys())
            if (known.size > most || !isOpen(other.split('|', 1)[0] ?? '')) known.delete(other);
          return found;
        }),
      );
    },
    blob: (sessionId: string, oid: string): TE.TaskEither<ProviderError, string | undefined> =>
      pipe(
        fromVault(vault.all(sessionId)),
        TE.map((values) => allKeptPages(values).find(({ content }) => blobId(content) === oid)?.content),
      ),
    /** Nothing of a session that has ended stays here. */
    forget: (sessionId: string): void => {
      for (const key of known.keys()) if (key.startsWith(`${sessionId}|`)) known.delete(key);
    },
  };
};

export type KeptPages = ReturnType<typeof createKeptPages>;

/** The same as a repository of one file, by the session's id. */
export const quickReader = (pages: Pick<KeptPages, 'read' | 'blob'>): RepositoryReader => {
  /** `undefined`: the commit before the first version, which has no file. */
  const at = (sessionId: string, sha: string): TE.TaskEither<ProviderError, PageCommit | undefined> =>
    sha === QUICK_ROOT
      ? TE.right(undefined)
      : pipe(
          pages.read(sessionId, sha),
          TE.flatMap((page) => (page === undefined ? TE.left(NO_COMMIT) : TE.right(page))),
        );

  return {
    log: () => TE.left(refused('unknown_repository', 'there is no such repository')),
    files: (id, sha) =>
      pipe(
        at(id, sha),
        TE.map((page) =>
          page === undefined
            ? []
            : [
                {
                  path: PAGE_PATH,
                  kind: 'file',
                  oid: blobId(page.content),
                  size: Buffer.byteLength(page.content),
                },
              ],
        ),
      ),
    fileContent: (id, sha, path) =>
      pipe(
        at(id, sha),
        TE.flatMap((page) =>
          page === undefined || path !== PAGE_PATH ? TE.left(NO_FILE) : TE.right(contentOf(page)),
        ),
      ),
    diff: (id, sha) =>
      pipe(
        at(id, sha),
        TE.flatMap((page) =>
          page === undefined
            ? TE.right({ files: [], truncated: false })
            : pipe(
                at(id, page.parent),
                TE.map((before) => ({ files: [changeOf(before?.content, page.content)], truncated: false })),
              ),
        ),
      ),
    blob: (id, oid) =>
      pipe(
        pages.blob(id, oid),
        TE.flatMap((content) => (content === undefined ? TE.left(NO_FILE) : TE.right(Buffer.from(content)))),
      ),
    search: (id, sha, text) =>
      pipe(
        at(id, sha),
        TE.map((page) => ({ hits: hitsIn(page?.content ?? '', text), truncated: false })),
      ),
  };
};

const contentOf = ({ content }: PageCommit): FileContent => ({
  content,
  oid: blobId(content),
  kind: 'file',
  size: Buffer.byteLength(content),
  binary: false,
  truncated: false,
});

/** Lines are compared in time that grows with how different they are: past this, the page counts as written anew. */
const MAX_EDITS = 3_000;

const changeOf = (before: string | undefined, after: string) => {
  const patch = createTwoFilesPatch(
    before === undefined ? '/dev/null' : `a/${PAGE_PATH}`,
    `b/${PAGE_PATH}`,
    before ?? '',
    after,
    undefined,
    undefined,
    { context: 3, maxEditLength: MAX_EDITS },
  );
  const status = before === undefined ? 'added' : 'modified';
  return { path: PAGE_PATH, status, patch: patch?.split('\n').slice(1).join('\n') ?? '' } as const;
};

const MAX_HITS = 20;
const MAX_LINE_CHARS = 300;

const hitsIn = (content: string, text: string) => {
  const wanted = text.toLowerCase();
  return content
    .split('\n')
    .map((line, index) => ({
      path: PAGE_PATH,
      line: index + 1,
      text: line.slice(0, MAX_LINE_CHARS),
      whole: line,
    }))
    .filter(({ whole }) => whole.toLowerCase().includes(wanted))
    .slice(0, MAX_HITS)
    .map(({ whole: _whole, ...hit }) => hit);
};

/** The page of a session as it is at a commit; `undefined` where nothing is written yet, or it cannot be read now. */
export const pageText = async (
  pages: Pick<KeptPages, 'read'>,
  sessionId: string,
  sha: string,
): Promise<string | undefined> => {
  const page = await pages.read(sessionId, sha)();
  return E.isRight(page) ? page.right?.content : undefined;
};
