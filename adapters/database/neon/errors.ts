import { z } from 'zod';
import type { ProviderError } from '../../../commands/ports/services.ts';
import type { Refused } from '../../provider-api/json-api.ts';
import { readable } from '../../provider-api/readable.ts';
import { retryAfter } from '../../provider-api/retry-after.ts';
import { isTransient } from '../../provider-api/status.ts';

/** `GeneralError` of Neon's OpenAPI description; `code` may be empty. */
const generalError = z.object({
  code: z.string().max(100).catch(''),
  message: z.string().catch(''),
});

const CODE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Neon words it "user projects limit of 1 exceeded, got 1" (neonctl issue 255). */
const PROJECTS_LIMIT: ProviderError = {
  code: 'projects_limit_exceeded',
  message:
    'The Neon account holds as many projects as its plan allows. Delete projects or raise the plan, then retry.',
  retryable: false,
};

/** Another operation of the project is under way (423); https://neon.com/docs/reference/api/operations. */
export const LOCKED = 'project_locked';

/** What an answer of 400 and above of Neon's API means: 423 (busy with another operation), 429 and 5xx pass. */
export const neonRefusal = ({ status, headers, body }: Refused): ProviderError => {
  const { code, message } = generalError.catch({ code: '', message: '' }).parse(body);
  if (code === 'PROJECTS_LIMIT_EXCEEDED') return PROJECTS_LIMIT;
  const later = isTransient(status) ? retryAfter(headers.get('retry-after'), headers.get('date')) : {};
  if (status === 423)
    return { code: LOCKED, message: 'Neon is still busy with the project.', retryable: true, ...later };
  if (status === 401 || status === 403)
    return {
      code: 'key_refused',
      message: `Neon refused the key (${status}: ${readable(message)}). Check NEON_PROVISIONING_KEY and NEON_ORG_ID.`,
      retryable: false,
    };
  return {
    code: CODE.test(code) ? code.toLowerCase() : `http_${status}`,
    message: `Neon answered ${status}: ${readable(message)}`,
    retryable: isTransient(status),
    ...later,
  };
};
