import * as TE from 'fp-ts/lib/TaskEither.js';
import { z } from 'zod';
import type { ProviderError } from '../../commands/ports/services.ts';
import type { Diagnose } from '../provider-api/diagnosis.ts';
import { toProviderError } from '../provider-api/failure.ts';
import { jsonApi, type Refused } from '../provider-api/json-api.ts';
import { readable } from '../provider-api/readable.ts';
import { isTransient } from '../provider-api/status.ts';

const refusal = ({ status, body }: Refused): ProviderError => {
  const said = z.object({ detail: z.string() }).safeParse(body);
  const words = readable(said.success ? said.data.detail : undefined);
  return status === 401 || status === 400
    ? {
        code: 'key_refused',
        message: `PostHog refused the project key (${status}: ${words}). Check POSTHOG_PROJECT_KEY, and that POSTHOG_HOST is the region of its project.`,
        retryable: false,
      }
    : {
        code: `http_${status}`,
        message: `PostHog answered ${status}: ${words}`,
        retryable: isTransient(status),
      };
};

/** `POST /flags/`: evaluates no flag of ours and records nothing; a project key can do little else that only looks. */
export const diagnosePosthog =
  ({ projectKey, host }: { readonly projectKey: string; readonly host: string }): Diagnose =>
  (signal) => {
    const call = jsonApi({ service: 'PostHog', baseUrl: host, headers: { 'user-agent': 'mk0r' }, refusal });
    return TE.tryCatch(
      async () => {
        await call({
          method: 'POST',
          path: '/flags/',
          query: { v: '2' },
          body: { token: projectKey, distinct_id: 'mk0r-doctor' },
          schema: z.object({ flags: z.unknown() }),
          signal,
        });
        return {
          identity: `project ${projectKey.slice(0, 8)}…`,
          limits: 'not told to a project key',
          warnings: [],
        };
      },
      toProviderError('PostHog', 'ask PostHog', signal),
    );
  };
