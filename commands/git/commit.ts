import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FileChange } from '../../domain/session/events.ts';
import { runScript } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';

/**
 * Commits what changed since `base`, also what the agent committed by itself; prints the head and the changes. With
 * `MK0R_AFRESH` the agent's own commits become part of the one that is made; the paths in
 * `MK0R_WITHOUT` (in base64, each ended by NUL) are left out of it (no path at all would stand for every file).
 */
const SCRIPT = `
set -e
[ -z "$MK0R_AFRESH" ] || git reset -q --soft "$MK0R_BASE"
git add -A
[ -z "$MK0R_WITHOUT" ] || printf %s "$MK0R_WITHOUT" | base64 -d | git --literal-pathspecs reset -q --pathspec-from-file=- --pathspec-file-nul "$MK0R_BASE"
git diff --cached --quiet || git commit -q --no-verify -F -
git update-ref "refs/mk0r/commits/$(git rev-parse HEAD)" HEAD
git rev-parse HEAD
git diff --name-status --no-renames -z "$MK0R_BASE" HEAD
`;

const STATUS: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  M: 'modified',
  T: 'modified',
  D: 'deleted',
};
const MAX_CHANGES = 500;

export type Commit = { readonly sha: string; readonly changed: readonly FileChange[] };

type CommitRequest = {
  readonly base: string;
  readonly message: string;
  /** One commit on top of the base instead of the agent's own, without these files: they stay as they are. */
  readonly afresh?: { readonly without: readonly string[] };
};

/** `undefined` when nothing changed. */
export const commitTurn = (
  sandbox: Sandbox,
  { base, message, afresh }: CommitRequest,
): TE.TaskEither<ProviderError, Commit | undefined> =>
  pipe(
    runScript(sandbox, SCRIPT, {
      env: {
        MK0R_BASE: base,
        MK0R_AFRESH: afresh === undefined ? '' : 'yes',
        MK0R_WITHOUT: Buffer.from((afresh?.without ?? []).map((path) => `${path}\0`).join('')).toString(
          'base64',
        ),
      },
      stdin: message,
      timeoutMs: 30_000,
    }),
    TE.flatMap(parseCommit),
    TE.map((commit) => (commit.sha === base ? undefined : commit)),
  );

export const parseCommit = (output: string): TE.TaskEither<ProviderError, Commit> => {
  const end = output.indexOf('\n');
  const sha = output.slice(0, end).trim();
  if (!/^[0-9a-f]{40}$/.test(sha)) {
    return TE.left({
      code: 'git_unreadable',
      message: 'git in the sandbox did not name a commit.',
      retryable: true,
    });
  }
  const fields = output.slice(end + 1).split('\u0000');
  const changed: FileChange[] = [];
  for (let index = 0; index + 1 < fields.length && changed.length < MAX_CHANGES; index += 2) {
    const status = STATUS[fields[index]?.trim()[0] ?? ''];
    const path = fields[index + 1];
    if (status !== undefined && path) changed.push({ path, status });
  }
  return TE.right({ sha, changed });
};
