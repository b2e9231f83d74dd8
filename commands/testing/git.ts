import { createHash } from 'node:crypto';
import type { ExecResult } from '../ports/sandboxes.ts';

export type FakeGit = {
  /** Answers the scripts of `commands/git/`, told apart by the one command only each of them has. */
  readonly run: (script: string, env: Readonly<Record<string, string>>, stdin: string) => ExecResult;
  /** The working tree differs from the last commit in this file. */
  readonly touch: (path: string) => void;
  /** The commit is no longer in the repository. */
  readonly forget: (sha: string) => void;
  readonly head: () => string;
  readonly pushed: () => string | undefined;
};

const ok = (stdout = ''): ExecResult => ({ exitCode: 0, stdout, stderr: '' });
const failed = (stderr: string): ExecResult => ({ exitCode: 128, stdout: '', stderr });

let repositories = 0;

/** A repository of one line of commits and a working tree, without the files. */
export const createFakeGit = (): FakeGit => {
  repositories += 1;
  // As with a real one, the same template committed at another time is another commit.
  const born = repositories;
  let commits: readonly string[] = [];
  const dirty = new Set<string>();
  let head = '';
  let pushed: string | undefined;

  const commit = (message: string): string => {
    head = createHash('sha1').update(`${born}|${commits.length}|${message}|${head}`).digest('hex');
    commits = [...commits, head];
    return head;
  };

  const commitTurn = (message: string): ExecResult => {
    const changed = [...dirty].map((path) => `M\0${path}\0`).join('');
    if (dirty.size > 0) commit(message);
    dirty.clear();
    return ok(`${head}\n${changed}`);
  };

  const moveTo = (sha: string): ExecResult => {
    if (!commits.includes(sha)) return failed(`fatal: ambiguous argument '${sha}'`);
    head = sha;
    return ok();
  };

  const forget = (sha: string): void => {
    commits = commits.filter((commit) => commit !== sha);
  };

  const run: FakeGit['run'] = (script, env, stdin) => {
    const sha = env.MK0R_SHA ?? '';
    if (script.includes('git init')) return ok(`${head === '' ? commit('template') : head}\n`);
    if (script.includes('git diff --name-status')) return commitTurn(stdin);
    if (script.includes('git push')) {
      if (!commits.includes(sha)) return failed('fatal: not a commit');
      pushed = sha;
      return ok();
    }
    if (script.includes('git fetch')) {
      commits = [...commits, sha];
      return moveTo(sha);
    }
    if (script.includes('git cat-file')) return commits.includes(sha) ? moveTo(sha) : ok('missing\n');
    return script.includes('git reset') ? moveTo(sha) : failed('unknown script');
  };

  return { run, touch: (path) => void dirty.add(path), forget, head: () => head, pushed: () => pushed };
};
