import type { Either } from 'fp-ts/lib/Either.js';

/** The right side, or an error that shows the left one. */
export const right = <A>(result: Either<unknown, A>): A => {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left));
  return result.right;
};
