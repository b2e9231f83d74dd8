import * as TE from 'fp-ts/lib/TaskEither.js';
import { z } from 'zod';
import { resourceName } from '../../../domain/services.ts';
import type { Diagnose, Diagnosis } from '../../provider-api/diagnosis.ts';
import { toProviderError } from '../../provider-api/failure.ts';
import { jsonApi } from '../../provider-api/json-api.ts';
import { readable } from '../../provider-api/readable.ts';
import { NEON_API, type NeonOptions, neonApi } from './api.ts';
import { neonRefusal } from './errors.ts';

const auth = z.object({ account_id: z.string(), auth_method: z.string() });
const user = z.object({ email: z.string(), plan: z.string(), projects_limit: z.number() });

/** `GET /auth`, for a person's key `GET /users/me`, and a listing of our projects, which is what needs the rights. */
const ask = async (options: NeonOptions, signal: AbortSignal): Promise<Diagnosis> => {
  const call = jsonApi({
    service: 'Neon',
    baseUrl: options.baseUrl ?? NEON_API,
    headers: { authorization: `Bearer ${options.key}` },
    refusal: neonRefusal,
  });
  const { account_id, auth_method } = await call({ method: 'GET', path: '/auth', schema: auth, signal });
  const ours = await neonApi(options).search(resourceName(''), signal);
  const used = `${ours.length} projects of mk0r`;
  if (auth_method !== 'api_key_user')
    return {
      identity: `organisation ${readable(account_id)}`,
      limits: `${used}; the plan's limit is not told to an organisation's key`,
      warnings: [],
    };
  const me = await call({ method: 'GET', path: '/users/me', schema: user, signal });
  const isFull = options.orgId === undefined && ours.length >= me.projects_limit;
  return {
    identity: `${readable(me.email)}${options.orgId === undefined ? '' : `, organisation ${options.orgId}`}`,
    limits: `${used}, ${me.projects_limit} projects allowed (${readable(me.plan)})`,
    warnings: isFull ? ['The plan is full: no further session gets a database. Raise it.'] : [],
  };
};

export const diagnoseNeon =
  (options: NeonOptions): Diagnose =>
  (signal) =>
    TE.tryCatch(() => ask(options, signal), toProviderError('Neon', 'ask Neon', signal));
