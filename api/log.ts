import { type Logger, pino } from 'pino';
import { neutraliseJson } from './log/neutral.ts';
import { prettyLines } from './log/pretty.ts';
import type { Scrubber } from './log/scrubber.ts';

export { createScrubber, type Scrubber } from './log/scrubber.ts';
export { logStep, type StepMark } from './log/steps.ts';
export type { Logger };

export type LogOptions = {
  readonly level: string;
  readonly format: 'pretty' | 'json';
  readonly scrub: Scrubber;
  /** Default: standard output. */
  readonly out?: { readonly write: (text: string) => unknown };
  readonly colorize?: boolean;
};

/**
 * The server's logger. Every line is scrubbed after it is complete, so that a secret is caught wherever it came from:
 * message, field, error, URL. In `json` each line is one JSON object; in `pretty` one line for a person.
 */
export const createLogger = ({ level, format, scrub, out, colorize }: LogOptions): Logger => {
  const target = out ?? process.stdout;
  const toText = format === 'json' ? neutraliseJson : prettyLines(colorize ?? process.stdout.isTTY === true);
  return pino(
    { level, ...(format === 'json' ? { timestamp: pino.stdTimeFunctions.isoTime } : {}) },
    { write: (line: string) => void target.write(toText(scrub.scrub(line))) },
  );
};
