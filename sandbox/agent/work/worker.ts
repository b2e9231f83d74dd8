import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reply, Task } from '../worker/protocol.ts';
import type { Limits, Ran } from './run.ts';

const MAIN = join(import.meta.dirname, '..', 'worker', 'main.ts');
const KEPT_CHARACTERS = 6000;
/** What changes with the packages of the app. */
const PACKAGES = ['package.json', 'package-lock.json', 'node_modules/.package-lock.json'];

export type Asked = Task extends infer Each ? (Each extends Task ? Omit<Each, 'id'> : never) : never;

/** A process kept loaded with what the app's own scripts import (`sandbox/agent/worker`). */
export type Worker = {
  /** Starts it, where it is not there yet. */
  readonly warm: () => void;
  /**
   * Has it do one task, and answers as a program of its own would have: exit code 124 after `timeoutMs`; aborting kills it
   * and rejects with the signal's reason. `undefined` where this app cannot have one.
   */
  readonly run: (task: Asked, limits: Limits) => Promise<Ran | undefined>;
  readonly close: () => void;
};

/** Lets it give back what loading has taken: 45 MB that wait in every sandbox, in place of 200. */
const FLAGS = ['--expose-gc'];

/**
 * So many tasks one process does. Each loads the app's own modules anew, and a module that is loaded stays: 60 kB a task
 * with the template's, more with every table.
 */
const TASKS = 100;

type Running = {
  readonly child: ChildProcess;
  readonly packages: string;
  /** Asked of it so far, and not answered yet. */
  readonly tasks: { asked: number; open: number };
  /** Whether it is loaded; `false` where it ended before. */
  readonly ready: Promise<boolean>;
  /** Resolves with what it printed. */
  readonly ended: Promise<string>;
  readonly kill: () => void;
};

export function createWorker(cwd: string, most = TASKS): Worker {
  let running: Running | undefined;
  let last = 0;

  const start = (): Running => {
    const started = launch(cwd);
    running = started;
    void started.ended.then(() => {
      if (running === started) running = undefined;
    });
    return started;
  };
  const current = (): Running => {
    if (running?.packages === packagesOf(cwd)) return running;
    running?.kill();
    return start();
  };
  /** The next is loaded before it is needed; who needs it sooner waits as for the first one. */
  const replace = (spent: Running): void => {
    if (running !== spent || spent.tasks.open > 0 || spent.tasks.asked < most) return;
    spent.kill();
    start();
  };

  return {
    warm: () => void current(),
    close: () => running?.kill(),
    run: async (task, { timeoutMs, signal }) => {
      signal.throwIfAborted();
      const started = performance.now();
      const asked = current();
      const { child, tasks, ready, ended, kill } = asked;
      tasks.asked += 1;
      tasks.open += 1;
      const abort = () => kill();
      signal.addEventListener('abort', abort, { once: true });
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        kill();
      }, timeoutMs);
      try {
        if (!(await ready)) {
          signal.throwIfAborted();
          return undefined;
        }
        last += 1;
        const answer = await Promise.race([ask(child, { ...task, id: last }), ended]);
        if (signal.aborted) {
          await ended;
          signal.throwIfAborted();
        }
        const ms = performance.now() - started;
        if (typeof answer !== 'string') return { exitCode: answer.ok ? 0 : 1, output: answer.output, ms };
        return { exitCode: timedOut ? 124 : (child.exitCode ?? 137), output: answer, ms };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        tasks.open -= 1;
        replace(asked);
      }
    },
  };
}

function launch(cwd: string): Running {
  const child = spawn(process.execPath, [...FLAGS, MAIN], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NO_COLOR: '1', CI: '1' },
  });
  let output = '';
  const keep = (chunk: string) => {
    output = (output + chunk).slice(-KEPT_CHARACTERS);
  };
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  const ended = new Promise<string>((resolve) => {
    const tell = () => resolve(stripVTControlCharacters(output).trim());
    child.once('error', tell).once('close', tell);
  });
  return {
    child,
    packages: packagesOf(cwd),
    tasks: { asked: 0, open: 0 },
    ready: Promise.race([once(child, (reply) => 'ready' in reply).then(() => true), ended.then(() => false)]),
    ended,
    kill: () => void child.kill('SIGKILL'),
  };
}

type Answer = Extract<Reply, { id: number }>;

const ask = async (child: ChildProcess, task: Task): Promise<Answer> => {
  const answer = once(child, (reply): reply is Answer => 'id' in reply && reply.id === task.id);
  // One that has just ended says so by its end.
  child.send(task, () => undefined);
  return answer;
};

const once = <T extends Reply>(
  child: ChildProcess,
  is: ((reply: Reply) => reply is T) | ((reply: Reply) => boolean),
): Promise<T> =>
  new Promise((resolve) => {
    const hear = (reply: Reply) => {
      if (!is(reply)) return;
      child.off('message', hear);
      resolve(reply as T);
    };
    child.on('message', hear);
  });

const packagesOf = (cwd: string): string =>
  PACKAGES.map((path) => statSync(join(cwd, path), { throwIfNoEntry: false })?.mtimeMs ?? 0).join();
