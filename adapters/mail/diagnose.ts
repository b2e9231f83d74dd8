import * as TE from 'fp-ts/lib/TaskEither.js';
import { z } from 'zod';
import type { Diagnose, Diagnosis } from '../provider-api/diagnosis.ts';
import { ProviderFailure } from '../provider-api/failure.ts';
import { readable } from '../provider-api/readable.ts';
import { ResendClient } from './resend-client.ts';
import { fromResend, toProviderError } from './resend-errors.ts';

const domains = z.object({
  data: z.array(z.object({ id: z.string(), name: z.string(), status: z.string() })),
});

type Options = {
  readonly key: string;
  readonly baseUrl?: string;
  readonly from?: string;
  readonly domainId?: string;
};

const hostOf = (address: string): string => (/@([^\s>@]+)>?$/.exec(address)?.[1] ?? '').toLowerCase();

const warningsOf = (
  { from, domainId }: Options,
  known: z.infer<typeof domains>['data'],
): readonly string[] => {
  const verified = known.filter(({ status }) => status === 'verified');
  const chosen = known.find(({ id }) => id === domainId);
  const isOurs = verified.some(({ name }) => name.toLowerCase() === hostOf(from ?? ''));
  return [
    ...(domainId !== undefined && chosen === undefined
      ? ['RESEND_DOMAIN_ID is no domain of this team: sessions will get no key. Correct it.']
      : []),
    ...(chosen !== undefined && chosen.status !== 'verified'
      ? [
          `The domain ${readable(chosen.name)} is ${readable(chosen.status)}, not verified. Finish its DNS records.`,
        ]
      : []),
    ...(from !== undefined && !isOurs
      ? [
          "RESEND_FROM is not of a verified domain: apps' mails will be refused. Verify it, or change the address.",
        ]
      : []),
    ...(from === undefined ? ['RESEND_FROM is not set: apps can mail the account owner only.'] : []),
  ];
};

/** `GET /domains`, which a key that may only send is refused. */
const ask = async (options: Options, signal: AbortSignal): Promise<Diagnosis> => {
  const resend = new ResendClient(
    options.key,
    options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl },
  );
  const { data, error, headers } = await resend.get<unknown>('/domains?limit=100', { signal });
  if (error !== null) throw new ProviderFailure(fromResend(error, headers));
  const known = domains.parse(data).data;
  const perSecond = headers?.['ratelimit-limit'];
  const names = known.filter(({ status }) => status === 'verified').map(({ name }) => readable(name));
  return {
    identity: names.length === 0 ? 'no verified domain' : `domains ${names.join(', ')}`,
    limits:
      perSecond === undefined ? 'rate not told' : `${readable(perSecond)} calls a second for the whole team`,
    warnings: warningsOf(options, known),
  };
};

export const diagnoseResend =
  (options: Options): Diagnose =>
  (signal) =>
    TE.tryCatch(() => ask(options, signal), toProviderError(signal));
