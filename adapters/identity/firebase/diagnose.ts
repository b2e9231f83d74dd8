import * as TE from 'fp-ts/lib/TaskEither.js';
import { z } from 'zod';
import type { ProviderError } from '../../../commands/ports/services.ts';
import type { Diagnose, Diagnosis } from '../../provider-api/diagnosis.ts';
import { toProviderError } from '../../provider-api/failure.ts';
import { jsonApi, type Refused } from '../../provider-api/json-api.ts';
import { readable } from '../../provider-api/readable.ts';
import { isTransient } from '../../provider-api/status.ts';
import { type FirebaseOptions, firebaseOrigins, KEYS_PATH } from './origins.ts';

/** Google's error shape: https://cloud.google.com/apis/design/errors. */
const said = z.object({ error: z.object({ message: z.string() }) });

const refusal = ({ status, body }: Refused): ProviderError => {
  const parsed = said.safeParse(body);
  const words = readable(parsed.success ? parsed.data.error.message : undefined);
  return status === 400 || status === 401 || status === 403
    ? {
        code: 'key_refused',
        message: `Firebase refused the API key (${status}: ${words}). Check FIREBASE_API_KEY: Firebase console, Project settings, General; its restrictions must allow the Identity Toolkit and Token Service APIs.`,
        retryable: false,
      }
    : {
        code: `http_${status}`,
        message: `Firebase answered ${status}: ${words}`,
        retryable: isTransient(status),
      };
};

/** https://cloud.google.com/identity-platform/docs/reference/rest/v1/TopLevel/getProjects, as far as an API key is told it. */
const project = z.object({ projectId: z.string(), authorizedDomains: z.array(z.string()).default([]) });

/** A project's own domains are authorised when it is made; one without them is, most likely, another one. */
const isOf = (projectId: string, domains: readonly string[]): boolean =>
  domains.some((domain) => domain.startsWith(`${projectId}.`));

/** `GET /v1/projects`, the public configuration behind an API key, and the keys tokens are verified with. */
const ask = async (options: FirebaseOptions, signal: AbortSignal): Promise<Diagnosis> => {
  const { toolkit, keys } = firebaseOrigins(options.apiUrl);
  const at = (baseUrl: string) => jsonApi({ service: 'Firebase', baseUrl, headers: {}, refusal });
  const [{ projectId: number, authorizedDomains }, certificates] = await Promise.all([
    at(toolkit)({
      method: 'GET',
      path: '/v1/projects',
      query: { key: options.apiKey },
      schema: project,
      signal,
    }),
    at(keys)({ method: 'GET', path: KEYS_PATH, schema: z.record(z.string(), z.string()), signal }),
  ]);
  return {
    identity: `project ${options.projectId} (${readable(number)})`,
    limits: `${Object.keys(certificates).length} keys verify tokens; 100 new visitors an hour from one address`,
    warnings: isOf(options.projectId, authorizedDomains)
      ? []
      : [
          `The API key seems to be of another project than ${options.projectId}: none of that one's domains is authorised. Check FIREBASE_PROJECT_ID and FIREBASE_API_KEY.`,
        ],
  };
};

/** Makes no account: whether anonymous sign-in is enabled shows when the first visitor comes. */
export const diagnoseFirebase =
  (options: FirebaseOptions): Diagnose =>
  (signal) =>
    TE.tryCatch(() => ask(options, signal), toProviderError('Firebase', 'ask Firebase', signal));
