import { createHash } from 'node:crypto';
import type { ExecResult } from '../ports/sandboxes.ts';

export type FakeGit = {
  /** Answers the scripts of `commands/git/`, told apart by the one command only each of them has. */
  readonly run: (script: string, env: Readonly<Record<string, string>>, stdin?: string) => ExecResult;
  /** The working tree differs from the last commit in this file. */
  readonly touch: (path: string) => void;
  /** The commit is no longer in the repository. */
  readonly forget: (sha: string) => void;
  readonly head: () => string;
  readonly pushed: () => string | undefined;
  /** Whether it ever reached the repository. */
  readonly hasPushed: (sha: string) => boolean;
};

/** The name git gives to content. */
export const blobOf = (content: string): string =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(content)}\0${content}`)
    .digest('hex');

const ok = (stdout = ''): ExecResult => ({ exitCode: 0, stdout, stderr: '' });
const failed = (stderr: string): ExecResult => ({ exitCode: 128, stdout: '', stderr });

/**
 * A repository of one line of commits and a working tree, without the files. As with a real one, the same template
 * committed at another time (`born`) is another commit.
 */
export const createFakeGit = (born: number): FakeGit => {
  let commits: readonly string[] = [];
  const dirty = new Set<string>();
  /** Files that were saved by hand, by commit. */
  const blobs = new Map<string, ReadonlyMap<string, string>>();
  let head = '';
  let pushed: string | undefined;
  let basis: string | undefined;
  let packed = '';
  const kept = new Set<string>();

  const commit = (message: string): string => {
    const files = blobs.get(head) ?? new Map();
    head = createHash('sha1').update(`${born}|${commits.length}|${message}|${head}`).digest('hex');
    commits = [...commits, head];
    blobs.set(head, files);
    return head;
  };

  const commitTurn = (message: string): ExecResult => {
    const changed = [...dirty].map((path) => `M\0${path}\0`).join('');
    if (dirty.size > 0) commit(message);
    dirty.clear();
    return ok(`${head}\n${changed}`);
  };

  /** As the script of `save-file.ts`: what is there is compared, written and committed. */
  const saveFile = (env: Readonly<Record<string, string>>, content: string): ExecResult => {
    const path = env.MK0R_PATH ?? '';
    const there = blobs.get(head)?.get(path) ?? 'none';
    const wanted = blobOf(content);
    if (there === wanted && head === env.MK0R_FROM) return ok('unchanged\n');
    if (there !== wanted) {
      if (there !== env.MK0R_BASE) return ok('conflict\n');
      const files = new Map(blobs.get(head)).set(path, wanted);
      commit(env.MK0R_TITLE ?? '');
      blobs.set(head, files);
    }
    return ok(`saved\n${head}\n${there === 'none' ? 'A' : 'M'}\0${path}\0`);
  };

  /** As the script of `change-file.ts`. */
  const changeFile = (env: Readonly<Record<string, string>>): ExecResult => {
    const { MK0R_PATH: path = '', MK0R_TO: to = '', MK0R_BASE: base = '' } = env;
    const there = new Map(blobs.get(head));
    const isDone = !there.has(path) && head !== env.MK0R_FROM && (to === '' || there.get(to) === base);
    if (!isDone) {
      if (there.get(path) !== base) return ok('conflict\n');
      if (there.has(to)) return ok('exists\n');
      there.delete(path);
      if (to !== '') there.set(to, base);
      commit(env.MK0R_TITLE ?? '');
      blobs.set(head, there);
    }
    return ok(`saved\n${head}\nD\0${path}\0${to === '' ? '' : `A\0${to}\0`}`);
  };

  const moveTo = (sha: string): ExecResult => {
    if (!commits.includes(sha)) return failed(`fatal: ambiguous argument '${sha}'`);
    head = sha;
    return ok();
  };

  const importCommits = (stream: string): ExecResult => {
    const given = [...stream.matchAll(/^commit refs\/mk0r\/commits\/([0-9a-f]{40})$/gm)].map(
      ([, sha = '']) => sha,
    );
    commits = [...new Set([...commits, ...given])];
    return ok();
  };

  /** As the script of `carry-over.ts`: once on top of each version of a quick page. */
  const beginOn = (parent: string): ExecResult => {
    if (!commits.includes(parent)) return failed('fatal: not a valid object name');
    if (basis !== parent) {
      basis = parent;
      commit(`from ${parent}`);
    }
    return ok(`${head}\n`);
  };

  const forget = (sha: string): void => {
    commits = commits.filter((commit) => commit !== sha);
  };

  /** As the scripts of `fork.ts`: a pack is the name of its commit, and all before it come along. */
  const pack = (script: string, sha: string, part: string): ExecResult => {
    if (script.includes('git pack-objects'))
      return commits.includes(sha)
        ? ok(Buffer.from(sha).toString('base64'))
        : { ...failed(''), exitCode: 66 };
    if (!script.includes('git index-pack')) {
      packed = Buffer.from(part, 'base64').toString();
      return ok();
    }
    if (packed !== sha) return failed('fatal: not a pack of it');
    if (!commits.includes(sha)) commits = [...commits, sha];
    return moveTo(sha);
  };

  const run: FakeGit['run'] = (script, env, stdin = '') => {
    const sha = env.MK0R_SHA ?? '';
    if (script.includes('git fast-import')) return importCommits(stdin);
    if (script.includes('git commit-tree "$(git write-tree)" -p "$MK0R_PARENT"'))
      return beginOn(env.MK0R_PARENT ?? '');
    if (script.includes('MK0R_TO')) return changeFile(env);
    if (script.includes('MK0R_SAVE')) return saveFile(env, stdin);
    if (script.includes('MK0R_PACK')) return pack(script, sha, stdin);
    if (script.includes('git init')) return ok(`${head === '' ? commit('template') : head}\n`);
    if (script.includes('git diff --name-status')) return commitTurn(stdin);
    if (script.includes('git push')) {
      if (!commits.includes(sha)) return failed('fatal: not a commit');
      pushed = sha;
      for (const one of commits) kept.add(one);
      return ok();
    }
    if (script.includes('git fetch')) {
      commits = [...commits, sha];
      return moveTo(sha);
    }
    if (script.includes('git cat-file')) return commits.includes(sha) ? moveTo(sha) : ok('missing\n');
    return script.includes('git reset') ? moveTo(sha) : failed('unknown script');
  };

  return {
    run,
    touch: (path) => void dirty.add(path),
    forget,
    head: () => head,
    pushed: () => pushed,
    hasPushed: (sha) => kept.has(sha),
  };
};
