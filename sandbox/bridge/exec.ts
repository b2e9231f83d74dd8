import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { errno, messageOf } from './http/problem.ts';
import { signalGroup } from './process-group.ts';

export type ExecCommand = {
  readonly cmd: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string | undefined;
  readonly timeoutMs: number;
};

export type ExecOutcome = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

const MAX_OUTPUT_BYTES = 1024 * 1024;

/** Signal numbers a shell would report as 128+n; the others are rare enough to read as SIGKILL. */
const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

const collect = (stream: Readable): (() => string) => {
  const chunks: Buffer[] = [];
  let room = MAX_OUTPUT_BYTES;
  let cut = false;
  // Reading goes on past the cap, so that the command does not block on a full pipe.
  stream.on('data', (chunk: Buffer) => {
    cut ||= chunk.length > room;
    chunks.push(chunk.subarray(0, room));
    room -= Math.min(room, chunk.length);
  });
  return () => Buffer.concat(chunks).toString('utf8') + (cut ? '\n[output cut at 1 MiB]\n' : '');
};

/**
 * Runs a command in a process group of its own. When its time is up, the client has gone or it has ended by itself,
 * everything left in the group is killed: nothing of it outlives the call (unless it called `setsid`).
 * Exit code 124 says timeout, 127 that the command was not found, 128+n that a signal ended it.
 */
export const exec = async (command: ExecCommand, gone: AbortSignal): Promise<ExecOutcome> => {
  const [file, ...args] = command.cmd;
  const child = spawn(file, args, { cwd: command.cwd, env: command.env, detached: true });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  // EPIPE: the command ended without reading all of its input.
  child.stdin.on('error', () => child.stdin.destroy());
  child.stdin.end(command.stdin ?? '');

  let timedOut = false;
  const kill = (): void => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, command.timeoutMs);
  gone.addEventListener('abort', kill, { once: true });
  child.once('exit', kill);

  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (timedOut) {
      return {
        exitCode: 124,
        stdout: stdout(),
        stderr: `${stderr()}\n[killed after ${command.timeoutMs} ms]\n`,
      };
    }
    const exitCode = code ?? 128 + (SIGNAL_NUMBERS[signal ?? 'SIGKILL'] ?? 9);
    return { exitCode, stdout: stdout(), stderr: stderr() };
  } catch (error) {
    const exitCode = errno(error) === 'ENOENT' ? 127 : 126;
    return { exitCode, stdout: '', stderr: `${file}: ${messageOf(error)}\n` };
  } finally {
    clearTimeout(timer);
    gone.removeEventListener('abort', kill);
  }
};
