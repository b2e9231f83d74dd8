import { pipe } from 'fp-ts/lib/function.js';
import * as TaskEither from 'fp-ts/lib/TaskEither.js';
import type { ProviderError } from '../../../commands/ports/services.ts';
import type { Diagnose } from '../../provider-api/diagnosis.ts';
import type { KurrentAddress } from './address.ts';
import { MAX_APPEND_BYTES } from './append.ts';
import { createKurrentEventStore } from './store.ts';

const hostsOf = ({ connectionString }: KurrentAddress): string =>
  connectionString
    .replace(/^[^/]*\/\//, '')
    .replace(/^[^@]*@/, '')
    .replace(/[/?].*$/, '');

const toProviderError = ({ message }: { readonly message: string }): ProviderError => ({
  code: 'event_store_unavailable',
  message: `${message}. Nothing can be recorded: check EVENTSTORE_URL, and that the server runs.`,
  retryable: true,
});

/** Nobody waits for it, so that a store which is merely slow is not taken for one that is away. */
const PATIENCE_MS = 5_000;

/** Reads the last event of the log, for which the user must be allowed to read all of it. */
export const diagnoseKurrent =
  (address: KurrentAddress): Diagnose =>
  () => {
    const store = createKurrentEventStore({ address, patienceMs: PATIENCE_MS });
    const isOpen = /[?&]tls=false\b/i.test(address.connectionString);
    return pipe(
      store.head(),
      TaskEither.bimap(toProviderError, (head) => ({
        identity: `${isOpen ? 'nobody' : `user ${address.credentials.username}`} at ${hostsOf(address)}`,
        limits: `${MAX_APPEND_BYTES / 1024} KiB an append, ${head === undefined ? 'empty' : 'in use'}`,
        warnings: isOpen
          ? [
              'The connection is not encrypted, and who reaches the server may read and write the log. Use TLS.',
            ]
          : [],
      })),
      (asking) => async () => {
        const answer = await asking();
        await store.close();
        return answer;
      },
    );
  };
