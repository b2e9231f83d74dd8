import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** From now on every sync of a file fails in a process that runs; resolves with how to end that. */
export const failSyncs = async (pid: number, file: string): Promise<() => Promise<void>> => {
  const arguments_ = [
    '-f',
    '-P',
    file,
    '-e',
    'trace=fsync,fdatasync',
    '-e',
    'inject=fsync,fdatasync:error=EIO',
  ];
  const strace = spawn('strace', [...arguments_, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  await attached(strace);
  return async () => {
    const gone = once(strace, 'exit');
    // Detaches, and leaves the process running.
    strace.kill('SIGINT');
    await gone;
  };
};

const attached = (strace: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    strace.stderr?.on('data', (said: Buffer) => {
      if (said.includes('attached')) resolve();
    });
    strace.once('error', reject);
    strace.once('exit', (code) => reject(new Error(`strace ended with ${code}`)));
  });

/** Whether this machine has strace and lets it look into a process that it did not start. */
export const canAttach = async (): Promise<boolean> => {
  const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    const detach = await failSyncs(sleeper.pid ?? 0, '/');
    await detach();
    return true;
  } catch {
    return false;
  } finally {
    sleeper.kill('SIGKILL');
  }
};
