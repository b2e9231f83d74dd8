import type { Config } from '../config.ts';

/** What a command needs of the outside world. */
export type Terminal = { readonly config: Config; readonly say: (line: string) => void };

/** One command of `npm run mk0r`. Rejects with what to do about it; answers the process's exit code. */
export type Command = {
  /** A line for each form: the form, and what it does. */
  readonly usage: string;
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
};
