import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ProviderError } from '../../../commands/ports/services.ts';
import { toProviderError } from './errors.ts';
import type { GitHost } from './git-host.ts';
import { isSlug, repositoryName, repositoryPath } from './names.ts';
import {
  type Change,
  type Commit,
  LOG_FORMAT,
  parseHits,
  parseLog,
  parseRaw,
  parseTree,
  type SearchHit,
  splitPatches,
  type TreeEntry,
} from './parse.ts';
import { GitFailed, type GitOutput, runGit } from './run-git.ts';
import { repositoryExists } from './storage.ts';

export type FileContent = {
  /** Text as UTF-8; empty where `binary`. */
  readonly content: string;
  /** What a save of it names as what was edited. */
  readonly oid: string;
  readonly kind: TreeEntry['kind'];
  readonly size: number;
  readonly binary: boolean;
  /** True where only the beginning is given. */
  readonly truncated: boolean;
};

export type CommitDiff = {
  /** Against the first parent, or nothing. `patch` is git's own text, empty for what is beyond the limit. */
  readonly files: readonly (Change & { readonly patch: string })[];
  readonly truncated: boolean;
};

/** What the page shows of a session's repository. All of it was written in the sandbox: show it as text only. */
export type RepositoryReader = {
  /** Commits of `main`, newest first, at most `limit` (200); empty before the first push. */
  readonly log: (slug: string, limit?: number) => TE.TaskEither<ProviderError, readonly Commit[]>;
  /** Every file of a commit, at most about 20,000. */
  readonly files: (slug: string, sha: string) => TE.TaskEither<ProviderError, readonly TreeEntry[]>;
  readonly fileContent: (
    slug: string,
    sha: string,
    path: string,
  ) => TE.TaskEither<ProviderError, FileContent>;
  readonly diff: (slug: string, sha: string) => TE.TaskEither<ProviderError, CommitDiff>;
  /** The bytes of one file, by its `oid`; one that is longer than 50 MB fails with `file_too_large`. */
  readonly blob: (slug: string, oid: string) => TE.TaskEither<ProviderError, Buffer>;
  /** Lines that hold the text, whatever its case; at most about 200. */
  readonly search: (slug: string, sha: string, text: string) => TE.TaskEither<ProviderError, SearchResult>;
};

export type SearchResult = { readonly hits: readonly SearchHit[]; readonly truncated: boolean };

const MAX_LIST_BYTES = 2 * 1024 * 1024;
const MAX_FILE_BYTES = 1024 * 1024;
const MAX_DIFF_BYTES = 1024 * 1024;
const MAX_BLOB_BYTES = 50 * 1024 * 1024;
const MAX_SEARCH_BYTES = 512 * 1024;
const MAX_LOG = 1_000;
const SHA = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

const refusal = (code: string, message: string): ProviderError => ({ code, message, retryable: false });

export type Git = (args: readonly string[], maxBytes: number) => Promise<GitOutput>;

/** git would take `..`, a leading slash or nothing at all for places outside the tree. */
const isInside = (path: string): boolean =>
  path !== '' &&
  !path.includes('\0') &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

const isBinary = (bytes: Buffer): boolean => bytes.subarray(0, 8_000).includes(0);

const readLog = async (git: Git, limit: number): Promise<readonly Commit[]> => {
  const head = await git(['for-each-ref', '--format=%(objectname)', 'refs/heads/main'], MAX_LIST_BYTES);
  const sha = head.stdout.toString('utf8').trim();
  if (sha === '') return []; // nothing has been pushed yet
  const count = `--max-count=${Math.min(Math.max(Math.trunc(limit), 1), MAX_LOG)}`;
  const { stdout } = await git(['log', '-z', `--format=${LOG_FORMAT}`, count, sha, '--'], MAX_LIST_BYTES);
  return parseLog(stdout);
};

const readFiles = async (git: Git, sha: string): Promise<readonly TreeEntry[]> =>
  parseTree((await git(['ls-tree', '-r', '-z', '-l', '--full-tree', sha], MAX_LIST_BYTES)).stdout);

/** `undefined` where the commit has no such file. */
const readContent = async (git: Git, sha: string, path: string): Promise<FileContent | undefined> => {
  if (!isInside(path)) return undefined;
  const { stdout } = await git(['ls-tree', '-z', '-l', '--full-tree', sha, '--', path], MAX_LIST_BYTES);
  const entry = parseTree(stdout).find((it) => it.path === path);
  if (entry === undefined) return undefined;
  const blob = await git(['cat-file', 'blob', entry.oid], MAX_FILE_BYTES);
  const binary = isBinary(blob.stdout);
  const content = binary ? '' : blob.stdout.toString('utf8');
  const { oid, kind, size } = entry;
  return { content, oid, kind, size, binary, truncated: blob.truncated };
};

const readDiff = async (git: Git, sha: string): Promise<CommitDiff> => {
  const compare = ['diff-tree', '--root', '-r', '-M', '--no-commit-id', '--diff-merges=first-parent'];
  const raw = await git([...compare, '-z', '--raw', sha], MAX_LIST_BYTES);
  // What a person configured to show differences with would be a program of theirs, run by us.
  const safe = ['--patch', '--no-ext-diff', '--no-textconv', '--no-color'];
  const text = await git([...compare, ...safe, sha], MAX_DIFF_BYTES);
  const patches = splitPatches(text.stdout);
  return {
    files: parseRaw(raw.stdout).map((change, index) => ({ ...change, patch: patches[index] ?? '' })),
    truncated: raw.truncated || text.truncated,
  };
};

const MAX_HITS = 200;
/** Of one file, so that a lockfile does not crowd out the rest. */
const MAX_HITS_PER_FILE = 20;

const searchIn = async (git: Git, sha: string, text: string): Promise<SearchResult> => {
  const how = ['--full-name', '-z', '-n', '-I', '-i', '-F', `--max-count=${MAX_HITS_PER_FILE}`];
  try {
    const { stdout, truncated } = await git(['grep', ...how, '-e', text, sha, '--'], MAX_SEARCH_BYTES);
    const hits = parseHits(stdout, sha);
    return { hits: hits.slice(0, MAX_HITS), truncated: truncated || hits.length > MAX_HITS };
  } catch (error) {
    // Nothing found is an exit status of its own, and silent.
    if (error instanceof GitFailed && error.message === 'git ended with 1')
      return { hits: [], truncated: false };
    throw error;
  }
};

/**
 * Reads the bare repositories of the host, each call bounded in bytes and to ten seconds. Error codes:
 * `unknown_repository`, `unknown_commit`, `unknown_file`, and those of the provider.
 */
export const repositoryReader = (host: Pick<GitHost, 'dataDir' | 'env'>): RepositoryReader => {
  const env = { ...host.env, GIT_LITERAL_PATHSPECS: '1' };

  const open = (slug: string): TE.TaskEither<ProviderError, Git> => {
    const name = repositoryName(slug);
    const path = repositoryPath(host.dataDir, name);
    return async () => {
      const found = isSlug(slug) && (await repositoryExists(host.dataDir, name));
      if (!found) return TE.left(refusal('unknown_repository', 'there is no such repository'))();
      return TE.right<ProviderError, Git>((args, maxBytes) =>
        runGit(['--git-dir=.', ...args], { env, cwd: path, maxBytes }),
      )();
    };
  };

  return readerOf(open);
};

/** The same of any repository that can be opened, by the name its opener knows it by. */
export const readerOf = (open: (name: string) => TE.TaskEither<ProviderError, Git>): RepositoryReader => {
  const reading = <A>(slug: string, read: (git: Git) => Promise<A>): TE.TaskEither<ProviderError, A> =>
    pipe(
      open(slug),
      TE.flatMap((git) => TE.tryCatch(() => read(git), toProviderError('read repository'))),
    );
  const readingCommit = <A>(
    slug: string,
    sha: string,
    read: (git: Git) => Promise<A>,
  ): TE.TaskEither<ProviderError, A> =>
    SHA.test(sha)
      ? pipe(
          reading(slug, read),
          TE.mapLeft((error) =>
            /not a (tree|valid)|bad object|unable to (read|resolve)|invalid object/i.test(error.message)
              ? refusal('unknown_commit', 'there is no such commit')
              : error,
          ),
        )
      : TE.left(refusal('unknown_commit', 'a commit is named by its full id'));

  return {
    log: (slug, limit = 200) => reading(slug, (git) => readLog(git, limit)),
    files: (slug, sha) => readingCommit(slug, sha, (git) => readFiles(git, sha)),
    fileContent: (slug, sha, path) =>
      pipe(
        readingCommit(slug, sha, (git) => readContent(git, sha, path)),
        TE.flatMap((content) =>
          content === undefined
            ? TE.left(refusal('unknown_file', 'the commit has no such file'))
            : TE.right(content),
        ),
      ),
    diff: (slug, sha) => readingCommit(slug, sha, (git) => readDiff(git, sha)),
    blob: (slug, oid) =>
      SHA.test(oid)
        ? pipe(
            reading(slug, (git) => git(['cat-file', 'blob', oid], MAX_BLOB_BYTES)),
            TE.flatMap(({ stdout, truncated }) =>
              truncated
                ? TE.left(refusal('file_too_large', 'the file is too large to be read'))
                : TE.right(stdout),
            ),
          )
        : TE.left(refusal('unknown_file', 'a file is named by its full id')),
    search: (slug, sha, text) => readingCommit(slug, sha, (git) => searchIn(git, sha, text)),
  };
};
