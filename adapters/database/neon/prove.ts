import { neon, neonConfig } from '@neondatabase/serverless';
import { z } from 'zod';
import { ProviderFailure } from '../../provider-api/failure.ts';
import { guardedFetch } from '../../provider-api/guarded-fetch.ts';

const GUARD = { service: 'Neon', timeoutMs: 10_000, maxBytes: 64 * 1024 };

type Init = RequestInit & { readonly endpoint?: string };

/**
 * The driver is configured for the whole process; what differs from call to call comes with its `fetchOptions`. The
 * driver itself would follow redirects and read any answer whole.
 */
neonConfig.fetchFunction = (url: string, { endpoint, ...init }: Init): Promise<Response> =>
  guardedFetch(GUARD, endpoint ?? url, init);

const one = z.tuple([z.object({ one: z.literal(1) })]);

/**
 * Asks the endpoint `select 1` over HTTP, which also starts a compute that was suspended. `sqlUrl` replaces the
 * address the driver derives from the host (`https://api.<region>.aws.neon.tech/sql`). The driver's errors are not
 * repeated: they quote the connection string where that is malformed.
 */
export const proveEndpoint = async (uri: string, sqlUrl: string | undefined, signal: AbortSignal) => {
  const fetchOptions = { signal, ...(sqlUrl === undefined ? {} : { endpoint: sqlUrl }) };
  try {
    one.parse(await neon(uri, { fetchOptions })`select 1 as one`);
  } catch {
    signal.throwIfAborted();
    throw new ProviderFailure({
      code: 'endpoint_not_ready',
      message: 'The Neon project is there, but its database does not answer queries yet.',
      retryable: true,
    });
  }
};
