import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { messageOf } from './error-codes.ts';
import type { Logger } from './logger.ts';

/**
 * How far a database had come when somebody was last told so, in a small file beside it: `<number> <checksum>`.
 *
 * SQLite reads its write-ahead log up to the first frame that does not fit, and takes what follows for a commit that was
 * never finished. That is right after a power cut, and silently loses acknowledged commits when a byte of the log was
 * damaged or its end is gone. This number tells the two apart. It is written after the commit was synced and is not
 * synced itself: it may be behind, never ahead.
 */
export const acknowledgedFile = (file: string): string => `${file}-acknowledged`;

/** Decimal digits of the largest safe integer. The length never changes, so that writing it needs no space. */
const DIGITS = 16;

const lineOf = (number: number): string => {
  const digits = String(number).padStart(DIGITS, '0');
  return `${digits} ${crc32(digits).toString(16).padStart(8, '0')}\n`;
};

/** `undefined` where nothing is known: no such file, or it is damaged itself, which proves nothing. */
export const readAcknowledged = (file: string): number | undefined => {
  let text: string;
  try {
    text = readFileSync(acknowledgedFile(file), 'latin1');
  } catch {
    return undefined;
  }
  const number = Number(text.slice(0, DIGITS));
  return text === lineOf(number) ? number : undefined;
};

export type Acknowledgements = {
  /** To be called after the commit, before anybody is told. */
  readonly note: (number: number) => void;
  readonly close: () => void;
};

/** Takes note of a database's progress from now on. A note that fails costs a check, not the commit. */
export const acknowledgements = (file: string, logger?: Logger): Acknowledgements => {
  let handle: number | undefined;
  let hasFailed = false;

  const write = (number: number): void => {
    handle ??= openSync(acknowledgedFile(file), constants.O_WRONLY | constants.O_CREAT, 0o600);
    writeSync(handle, lineOf(number), 0, 'latin1');
  };

  return {
    note: (number) => {
      try {
        write(number);
      } catch (error) {
        if (!hasFailed)
          logger?.warn({ file, reason: messageOf(error) }, 'what was acknowledged is not noted');
        hasFailed = true;
      }
    },
    close: () => {
      if (handle !== undefined) closeSync(handle);
      handle = undefined;
    },
  };
};
