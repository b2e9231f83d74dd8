import * as TE from 'fp-ts/lib/TaskEither.js';
import { z } from 'zod';
import type { ProviderError } from '../../commands/ports/services.ts';
import type { Diagnose, Diagnosis } from '../provider-api/diagnosis.ts';
import { toProviderError } from '../provider-api/failure.ts';
import { jsonApi, type Refused } from '../provider-api/json-api.ts';
import { readable } from '../provider-api/readable.ts';
import { type PriceTable, priceOf } from './prices.ts';

const SERVICE = 'The model';

type Options = {
  readonly key?: string;
  readonly baseUrl: string;
  readonly models: readonly string[];
  readonly prices: PriceTable;
};

const listed = z.object({ data: z.array(z.object({ id: z.string().max(200) })).max(1_000) });
const worded = z.object({ error: z.object({ type: z.string(), message: z.string() }) });

const refusal = ({ status, body }: Refused): ProviderError => {
  const said = worded.safeParse(body).data?.error;
  const words = said === undefined ? '' : ` (${readable(said.type)}: ${readable(said.message)})`;
  if (status === 401 || status === 403)
    return {
      code: 'model_key_refused',
      message: `The model refuses the key${words}. Set ANTHROPIC_API_KEY to one that works.`,
      retryable: false,
    };
  return {
    code: 'model_refused',
    message: `The model answered ${status}${words}.`,
    retryable: status >= 429,
  };
};

/** `GET /v1/models`, which costs nothing: https://platform.claude.com/docs/en/api/models-list */
const ask = async ({ key, baseUrl, models, prices }: Options, signal: AbortSignal): Promise<Diagnosis> => {
  const call = jsonApi({
    service: SERVICE,
    baseUrl,
    headers: { 'anthropic-version': '2023-06-01', ...(key === undefined ? {} : { 'x-api-key': key }) },
    refusal,
  });
  const { data } = await call({
    method: 'GET',
    path: '/v1/models',
    query: { limit: '1000' },
    schema: listed,
    signal,
  });
  const offered = data
    .map(({ id }) => id)
    .filter((id) => models.length === 0 || models.some((word) => id.includes(word)));
  const priced = offered.filter((id) => priceOf(prices, id) !== undefined);
  return {
    identity: priced.length === 0 ? 'no model that may be used' : `models ${priced.map(readable).join(', ')}`,
    limits: 'limits of the key are told in its answers only',
    warnings:
      priced.length > 0
        ? []
        : [
            offered.length === 0
              ? 'MK0R_MODELS names none of its models: no app can be built. Correct it.'
              : 'No price is known of its models, so none is called. Set MK0R_MODEL_PRICES.',
          ],
  };
};

export const diagnoseModel =
  (options: Options): Diagnose =>
  (signal) =>
    TE.tryCatch(() => ask(options, signal), toProviderError(SERVICE, 'Asking the model', signal));
