import * as E from 'fp-ts/lib/Either.js';
import { type Commit, commitTurn } from '../git/commit.ts';
import { describeLeaks, findLeaks } from '../git/guard.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import { type Finding, finding } from './checks.ts';

/** What could be kept of the changes, and what was seen of them; `against` is what forbids keeping the rest. */
export type Kept = {
  readonly commit: Commit | undefined;
  readonly seen: readonly Finding[];
  readonly against: readonly Finding[];
};

export type KeepRequest = {
  readonly base: string;
  readonly message: string;
  /** Every value the session has been given. */
  readonly vault: Readonly<Record<string, string>>;
  /** What to do with a file that would publish a secret: commit nothing at all, or everything else. */
  readonly leaking: 'refuse' | 'leave out';
};

const NO_LEAK = 'No secret in what was changed.';
const CANNOT_LOOK = 'This sandbox was made by a release that could not look for secrets.';

/** Commits what the agent has changed, and never a secret: where nobody could look for one, nothing is committed. */
export const keep = async (
  sandbox: Sandbox,
  { base, message, vault, leaking }: KeepRequest,
): Promise<Kept> => {
  const found = await findLeaks(sandbox, { base, vault })();
  if (E.isLeft(found)) return refused([finding('secrets', 'unknown', found.left.message)]);
  const { leaks = [], isInHistory = false } = found.right ?? {};
  const leak = leaks.length === 0 ? [] : [finding('secrets', 'failed', describeLeaks(leaks))];
  if (leak.length > 0 && leaking === 'refuse') return refused(leak);

  const without = [...new Set(leaks.map(({ path }) => path))];
  const afresh = leak.length > 0 || isInHistory ? { afresh: { without } } : {};
  const committed = await commitTurn(sandbox, { base, message, ...afresh })();
  if (E.isLeft(committed)) return refused([...leak, finding('commit', 'failed', committed.left.message)]);
  const looked =
    found.right === undefined
      ? finding('secrets', 'skipped', CANNOT_LOOK)
      : finding('secrets', 'passed', NO_LEAK);
  const seen = [looked, finding('commit', 'passed', 'The changes are committed.')];
  return { commit: committed.right, seen: leak.length > 0 ? [] : seen, against: leak };
};

const refused = (against: readonly Finding[]): Kept => ({ commit: undefined, seen: [], against });
