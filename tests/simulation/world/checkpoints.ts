import * as E from 'fp-ts/lib/Either.js';
import type { Checkpoints } from '../../../commands/ports/checkpoints.ts';
import type { ProviderError } from '../../../commands/ports/services.ts';
import { never } from '../../../commands/testing/port-of.ts';
import type { Faults } from '../faults.ts';
import { outage } from './provider.ts';

const refusal: ProviderError = { code: 'database_too_large', message: 'Too large.', retryable: false };

/** Copies of the sessions' databases, at a provider that fails as it does with everything else. */
export const createSimulatedCheckpoints = (inner: Checkpoints, faults: Faults): Checkpoints => {
  const called =
    <A>(call: () => Promise<E.Either<ProviderError, A>>) =>
    async (): Promise<E.Either<ProviderError, A>> => {
      if (faults.strikes('provider-retryable')) return E.left(outage);
      if (faults.strikes('provider-permanent')) return E.left(refusal);
      if (faults.strikes('provider-hangs')) return never();
      const answer = await call();
      return faults.strikes('provider-answer-lost') ? E.left(outage) : answer;
    };
  return {
    most: inner.most,
    scratch: inner.scratch,
    take: (request) => called(inner.take(request)),
    restore: (request) => called(inner.restore(request)),
    bring: (request) => called(inner.bring(request)),
  };
};
