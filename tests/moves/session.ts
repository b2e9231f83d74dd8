import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { Pool } from 'pg';
import type { EmbeddedPostgres } from '../../adapters/database/embedded/postgres.ts';
import { embeddedDatabaseProvider } from '../../adapters/database/embedded/provider.ts';
import { takeCheckpoint } from '../../commands/effects/checkpoint.ts';
import type { Effect, World } from '../../commands/effects/context.ts';
import { forkData } from '../../commands/effects/fork.ts';
import { commitTurn } from '../../commands/git/commit.ts';
import { forkCode } from '../../commands/git/fork.ts';
import { moveHistory } from '../../commands/git/move.ts';
import { gitSetup } from '../../commands/git/setup.ts';
import type { ExecResult, Sandbox } from '../../commands/ports/sandboxes.ts';
import { resourceName } from '../../domain/services.ts';
import { decideFork } from '../../domain/session/decide/fork.ts';
import { decideMoveHistory } from '../../domain/session/decide/history.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import { evolve } from '../../domain/session/evolve.ts';
import { dueSteps } from '../../domain/session/process-managers/due.ts';
import type { ForkState, SessionState } from '../../domain/session/state.ts';
import { noSession } from '../../domain/session/state.ts';
import { planned, servicesUp, T0 } from '../../domain/testing/histories.ts';
import { right } from '../../domain/testing/outcome.ts';

const unused = () => async () => E.left({ code: 'unused', message: '', retryable: false });
const ENDPOINT = { origin: 'http://sandbox', headers: {} };

/** A sandbox that is a directory: its commands run in it, with the git of this machine. */
const sandboxIn = (directory: string): Sandbox => ({
  name: 'here',
  bridge: ENDPOINT,
  preview: ENDPOINT,
  exec:
    ({ cmd: [command = '', ...args], env, stdin }) =>
    () =>
      new Promise((resolve) => {
        const child = execFile(
          command,
          args,
          { cwd: directory, env: { PATH: process.env.PATH, HOME: directory, ...env } },
          (error, stdout, stderr) => {
            const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
            resolve(E.right<never, ExecResult>({ exitCode, stdout, stderr }));
          },
        );
        child.stdin?.end(stdin ?? '');
      }),
  readFile: unused,
  writeFile: unused,
  devServer: unused,
});

export type Row = { readonly table: string; readonly text: string };

/** One session as its events say, over a real Postgres and a real repository; the app in it keeps its connections. */
export const openSession = async (cluster: EmbeddedPostgres, slug: string) => {
  const directory = await mkdtemp(join(tmpdir(), 'mk0r-moves-'));
  const sandbox = sandboxIn(directory);
  const others = new Map<string, Sandbox>();
  const provider = embeddedDatabaseProvider(cluster);
  const request = { sessionId: slug, slug, signal: AbortSignal.timeout(600_000) };
  const { env } = await right(provider.provision(request));
  const pool = new Pool({ connectionString: env.DATABASE_URL, max: 3 });
  pool.on('error', () => undefined);
  const world = {
    sandboxes: { running: (name: string) => others.get(name) ?? sandbox },
    providers: { neon: provider },
    checkpoints: provider.checkpoints,
  } as unknown as World;

  let state: SessionState = noSession;
  const log: SessionEvent[] = [];
  const append = (...events: readonly SessionEvent[]): void => {
    for (const event of events) {
      log.push(event);
      state = evolve(state, event, T0);
    }
  };

  await writeFile(join(directory, 'app.txt'), 'the template\n');
  const root = await right(gitSetup(sandbox));
  append(planned({ slug, purpose: 'visitor' }), ...servicesUp(), {
    type: 'RepoInitialized',
    data: { attemptId: 'git', sha: root, branch: 'main' },
  });
  append({
    type: 'SandboxBooted',
    data: { attemptId: 'b', sandbox: slug, host: 'h', isolation: 'i', runner: 'r' },
  });
  append({ type: 'SessionReady', data: { missing: [] } });

  let attempts = 0;
  /** What the step runner does: the effect on the state of its intent, and its outcome; again where it failed. */
  const run = async (effect: Effect, hurt: () => void = () => undefined): Promise<void> => {
    for (let tries = 0; ; tries += 1) {
      attempts += 1;
      const attempt = {
        state,
        attemptId: `attempt-${attempts}`,
        signal: AbortSignal.timeout(60_000),
        isOver: () => false,
        isTakenOver: async () => false,
      };
      const working = effect(world, attempt)();
      if (tries === 0) hurt();
      const outcome = await working;
      if (E.isRight(outcome)) return append(...outcome.right);
      if (tries > 20 || !outcome.left.retryable)
        throw new Error(`${outcome.left.code}: ${outcome.left.message}`);
    }
  };
  const settle = async (): Promise<void> => {
    const asking = { now: T0, runner: 'r', exclusive: true };
    while (dueSteps(state, asking).includes('checkpoint')) await run(takeCheckpoint);
  };

  let turns = 0;
  return {
    state: (): SessionState => state,
    log: (): readonly SessionEvent[] => log,
    settle,
    query: async (text: string, values: readonly unknown[] = []) =>
      (await pool.query(text, [...values])).rows,
    put: (file: string, content: string) => writeFile(join(directory, file), content),
    remove: (file: string) => unlink(join(directory, file)),
    /** The turn's own work is done: it is committed, and its data kept. */
    finishTurn: async (): Promise<string> => {
      turns += 1;
      const [turnId, parent] = [`turn-${turns}`, state.history?.at ?? ''];
      const committed = await right(commitTurn(sandbox, { base: parent, message: turnId }));
      append({ type: 'TurnSubmitted', data: { turnId, prompt: turnId } });
      append({
        type: 'TurnStarted',
        data: { turnId, attemptId: turnId, attempt: 1, deadline: T0, runner: 'r' },
      });
      if (committed !== undefined) {
        const { sha, changed } = committed;
        append({
          type: 'TurnCommitted',
          data: { turnId, attemptId: turnId, sha, parent, title: turnId, changed },
        });
      }
      append({ type: 'TurnFinished', data: { turnId, attemptId: turnId, stopReason: 'end_turn' } });
      await settle();
      return state.history?.at ?? '';
    },
    /** `false`: refused, nothing was changed. */
    move: async (
      to: 'undo' | 'redo' | { readonly sha: string },
      data: 'keep' | 'restore',
      hurt?: () => void,
    ): Promise<boolean> => {
      const decided = decideMoveHistory({ moveId: `move-${log.length}-${slug}`, to, data }, state);
      if (E.isLeft(decided) || decided.right.length === 0) return false;
      append(...decided.right);
      await run(moveHistory, hurt);
      return true;
    },
    files: async (): Promise<Readonly<Record<string, string>>> => {
      const names = (await readdir(directory)).filter((name) => name !== '.git').toSorted();
      return Object.fromEntries(
        await Promise.all(
          names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const),
        ),
      );
    },
    /** Another session that begins as that version of this one; `undefined` where it is refused. */
    forkOf: (commit: string, data: 'kept' | 'empty') => {
      const decided = decideFork({ commit, data }, state);
      return E.isLeft(decided) ? undefined : { fork: decided.right, sandbox };
    },
    /** Is that other session from now on. */
    begins: async (
      as: { readonly fork: ForkState; readonly sandbox: Sandbox },
      hurt?: () => void,
    ): Promise<void> => {
      others.set(resourceName(as.fork.slug), as.sandbox);
      append({ type: 'SessionForked', data: { ...as.fork, title: 'It', version: 'That one' } });
      await settle();
      if (as.fork.data === 'kept') await run(forkData, hurt);
      await run(forkCode);
      await settle();
    },
    close: async (): Promise<void> => {
      await pool.end();
      await right(provider.release(request));
      await rm(directory, { recursive: true, force: true });
    },
  };
};

export type TestSession = Awaited<ReturnType<typeof openSession>>;
