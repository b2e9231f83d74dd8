import type { Position } from '@eventstore/db-client';

/** Digits of the greatest 64-bit number: as wide as a position gets, so that text compares as the numbers do. */
const WIDTH = 20;

/**
 * Commit and prepare position as one text of fixed width, in the order of the log. Both are kept: a checkpoint that
 * took the commit for the prepare position skipped an event on servers before the fix of KurrentDB#4970.
 */
export const encodePosition = ({ commit, prepare }: Position): string =>
  `${String(commit).padStart(WIDTH, '0')}/${String(prepare).padStart(WIDTH, '0')}`;

const SHAPE = /^(\d{20})\/(\d{20})$/;

/** Throws on text that is not a position of this store, for instance of a log that was copied from elsewhere. */
export const decodePosition = (text: string): Position => {
  const [, commit, prepare] = SHAPE.exec(text) ?? [];
  if (commit === undefined || prepare === undefined) {
    throw new Error(
      'a position of another event store was handed to KurrentDB: rebuild what was made from it',
    );
  }
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
};
