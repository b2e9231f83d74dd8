import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Derive } from '../../../commands/identifiers.ts';
import type { Provisioned, ServiceProvider } from '../../../commands/ports/services.ts';
import { sessionMailKey } from './session-key.ts';

/** The same mail service by way of the relay: the key it gave is kept here, and the sandbox is given one of ours. */
export const relayedMailProvider = (
  provider: ServiceProvider,
  { derive, relayUrl }: { readonly derive: Derive; readonly relayUrl: string },
): ServiceProvider => ({
  ...provider,
  provision: (request) =>
    pipe(
      provider.provision(request),
      TE.map((provisioned): Provisioned => {
        const { RESEND_API_KEY = '', ...env } = provisioned.env;
        return {
          ...provisioned,
          env: {
            RESEND_API_KEY: sessionMailKey(derive, request.sessionId),
            ...env,
            RESEND_BASE_URL: relayUrl,
          },
          kept: { RESEND_API_KEY },
        };
      }),
    ),
});
