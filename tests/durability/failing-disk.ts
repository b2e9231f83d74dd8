import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSaid, type Said } from './said.ts';

const SCRIPT = join(import.meta.dirname, 'appends-until.testing.ts');

/** A call of the system, what it answers, and from which time on: `3` is the third alone, `3+` it and all that follow. */
export type Fault = {
  readonly calls: 'fsync' | 'ftruncate' | 'pread64' | 'pwrite64' | 'unlink';
  readonly injection: string;
  readonly when: string;
};

/** strace makes the calls of a real SQLite fail, without a line of code that knows of it. */
const straced = ({ calls, injection, when }: Fault, log: string, paths: readonly string[]): string[] => [
  ...['-f', '-qq', '-o', log, '-e', `trace=${calls}`, '-e', `inject=${calls}:${injection}:when=${when}`],
  // Stops at nothing else, which is several times as fast; but then no signal is delivered.
  ...(injection.startsWith('signal') ? [] : ['--seccomp-bpf']),
  ...paths.flatMap((path) => ['-P', path]),
];

/** Whether this machine has strace and lets it work; some containers do not. */
export const canInject = (): boolean => {
  try {
    const fault = ['-f', '--seccomp-bpf', '-qq', '-e', 'trace=fsync', '-e', 'inject=fsync:error=EIO'];
    execFileSync('strace', [...fault, process.execPath, '-e', ''], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

export const NOTICE = `
################################################################################
#  DISK FAULTS NOT TESTED: strace is missing, or may not trace here.           #
#  Install it (apt-get install strace) and run the tests again.                #
################################################################################
`;

export type Ended = {
  readonly said: readonly Said[];
  /** How often the call was made, as far as it got. */
  readonly calls: number;
  /** How many calls were made to fail. */
  readonly injected: number;
  readonly code: number | string | null;
};

/** Appends to the log in `dir` while `fault` lasts, in a process of its own. */
export const appendUnder = (dir: string, fault: Fault): Promise<Ended> => {
  const trace = mkdtempSync(join(tmpdir(), 'mk0r-strace-'));
  const log = join(trace, 'log');
  const file = join(dir, 'events.db');
  // Node reads too; of all that writes at a position, syncs or truncates, only SQLite does.
  const paths = fault.calls === 'pread64' ? [file, `${file}-wal`] : [];
  const arguments_ = [...straced(fault, log, paths), process.execPath, SCRIPT, file];
  return new Promise((resolve) => {
    execFile('strace', arguments_, { timeout: 60_000, killSignal: 'SIGKILL' }, (error, stdout) => {
      const lines = readFileSync(log, 'utf8').split('\n');
      const calls = lines.filter((line) => line.includes(`${fault.calls}(`)).length;
      const injected = lines.filter((line) => line.includes('(INJECTED)')).length;
      rmSync(trace, { recursive: true, force: true });
      const code = error === null ? 0 : (error.signal ?? error.code ?? 1);
      resolve({ said: parseSaid(stdout), calls, injected, code });
    });
  });
};
