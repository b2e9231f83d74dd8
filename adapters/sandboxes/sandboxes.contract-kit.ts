import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { BootRequest } from '../../commands/ports/sandboxes.ts';
import type { ProviderError } from '../../commands/ports/services.ts';

export const must = async <A>(task: TaskEither<ProviderError, A>): Promise<A> => {
  const result = await task();
  if (E.isLeft(result)) throw new Error(`${result.left.code}: ${result.left.message}`);
  return result.right;
};

export const bootRequest = (name: string, rest: Partial<BootRequest> = {}): BootRequest => ({
  name,
  sessionId: `session-of-${name}`,
  bridgeToken: `token-of-${name}-0123456789`,
  forwards: [],
  signal: AbortSignal.timeout(30_000),
  ...rest,
});
