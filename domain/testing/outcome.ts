import { type Either, isLeft } from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';

const shown = (side: unknown): string => (side instanceof Error ? side.message : JSON.stringify(side));

/** The right side, or the test fails with the left one. */
export const rightOf = <A>(either: Either<unknown, A>): A => {
  if (isLeft(either)) throw new Error(`expected a success, got ${shown(either.left)}`);
  return either.right;
};

/** The left side, or the test fails; what there is instead is not shown, as it may be the credentials of a real account. */
export const leftOf = <E>(either: Either<E, unknown>): E => {
  if (isLeft(either)) return either.left;
  throw new Error('expected a refusal, got a success');
};

/** What a task comes to where it succeeds, or the test fails with what it was refused for. */
export const right = async <A>(task: TaskEither<unknown, A>): Promise<A> => rightOf(await task());

/** What a task is refused for, or the test fails. */
export const left = async <E>(task: TaskEither<E, unknown>): Promise<E> => leftOf(await task());
