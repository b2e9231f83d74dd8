import { type Either, isLeft } from 'fp-ts/lib/Either.js';
import { EmbeddedPostgresError } from '../../adapters/database/embedded/failure.ts';
import { EmulatorRefused } from '../../adapters/identity/verify.ts';
import { FirestoreUnreachable, ViewsOfAnotherLog } from '../../adapters/read-models/firestore/owner.ts';
import { GitHostError } from '../../adapters/repository/embedded/failure.ts';
import { SandboxFailure } from '../../adapters/sandboxes/failure.ts';
import { UnusableStore } from '../../adapters/sqlite.ts';

/** The server cannot start; the message says why, and what to do about it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

export const orStop = <A>(result: Either<{ readonly message: string }, A>): A => {
  if (isLeft(result)) throw new StartError(result.left.message);
  return result.right;
};

const SELF_EXPLAINING = [
  EmbeddedPostgresError,
  EmulatorRefused,
  FirestoreUnreachable,
  GitHostError,
  SandboxFailure,
  UnusableStore,
  ViewsOfAnotherLog,
];

/** What a part threw on purpose says itself what to do; anything else is a defect, and keeps its stack. */
export const explained = (error: unknown): unknown =>
  error instanceof Error && SELF_EXPLAINING.some((type) => error instanceof type)
    ? new StartError(error.message, { cause: error })
    : error;
