import type { ChildProcess } from 'node:child_process';
import { captureLines } from './output.ts';

const REMEMBERED_LINES = 20;

export type BridgeProcess = {
  /** Settles when it has ended, with how: an exit code, a signal, why it could not start. */
  readonly ended: Promise<string>;
  /** The same, once it is known. */
  readonly outcome: () => string | undefined;
  /** The last it printed, for an error message. */
  readonly lastWords: () => string;
};

/** Follows a bridge from outside: what it prints, and when it ends. */
export const watchBridge = (child: ChildProcess, onLine: (line: string) => void): BridgeProcess => {
  const recent: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    captureLines(stream, (line) => {
      if (recent.push(line) > REMEMBERED_LINES) recent.shift();
      onLine(line);
    });
  }
  let outcome: string | undefined;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  }).then((how) => {
    outcome = how;
    return how;
  });
  return { ended, outcome: () => outcome, lastWords: () => recent.join(' | ').slice(0, 500) };
};
