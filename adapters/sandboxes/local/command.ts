import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a command to its end. Where it fails, is too late or `signal` aborts, it is gone by the time this rejects. */
export const command = async (
  name: string,
  args: readonly string[],
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<void> => {
  const running = run(name, [...args], {
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    // In the words that are known here, whatever language this machine speaks.
    env: { ...process.env, LC_ALL: 'C' },
    ...(signal === undefined ? {} : { signal }),
  });
  const gone = new Promise((resolve) => running.child.once('close', resolve));
  try {
    await running;
  } finally {
    await gone;
  }
};
