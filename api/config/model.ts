import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { PRICES, type PriceTable } from '../../adapters/model/prices.ts';
import type { ConfigError } from '../config.ts';
import { apiUrl, count, key, name, type Variable, variable } from './kinds.ts';
import type { Parsed } from './parse.ts';

const dollars = (meaning: string, otherwise: string) =>
  variable(Type.String({ pattern: '^\\d{1,6}(\\.\\d{1,6})?$' }), {
    must: 'an amount in dollars, like 2 or 0.50',
    meaning,
    example: otherwise,
    otherwise,
  });

/** A real model, in place of the offline agent's rules. */
export const MODEL_VARIABLES = {
  ANTHROPIC_API_KEY: key(
    'Anthropic',
    'Apps are built by Claude Code, which the server installs once, beside its templates. The key stays on this server: sandboxes hold tokens of their own, for a relay that keeps to the budgets below.',
    'sk-ant-...',
    'the offline, rule-based agent',
  ),
  ANTHROPIC_BASE_URL: apiUrl(
    'Where the Messages API is: a gateway, or a compatible server. One that wants no key needs none.',
    'https://api.anthropic.com',
  ),
  MK0R_MODELS: name('^[a-z0-9.-]{1,60}(, ?[a-z0-9.-]{1,60}){0,19}$', 'words, separated by commas', {
    meaning: 'Models that may be used: those whose id has one of these words in it.',
    example: 'haiku,sonnet',
    otherwise: 'every model whose price is known',
  }),
  MK0R_MODEL_PRICES: variable(Type.String({ maxLength: 20_000, pattern: '^\\s*\\{[\\s\\S]*\\}\\s*$' }), {
    must: 'a JSON object: by the beginning of a model\'s id, {"input": dollars per million tokens, "output": ...}, and cacheRead, cacheWrite, cacheWriteLong where they differ',
    meaning:
      'Prices of models the server does not know, or has other prices for. A model without a price is not called: its budget could not be kept.',
    example: '{"my-model": {"input": 0.5, "output": 2}}',
    otherwise: "Anthropic's list prices",
  }),
  MK0R_SESSION_BUDGET: dollars(
    'Dollars a session may spend on models in all. An operator can raise it for one.',
    '2',
  ),
  MK0R_DAY_BUDGET: dollars('Dollars all sessions together may spend on models in a day (UTC).', '20'),
  MK0R_MODEL_CALLS_PER_MINUTE: count('Calls of the model one session may make in a minute.', '60', '60'),
  AGENT_BROWSER: name('^(/[^\\r\\n\\x00]{1,1000}|off)$', 'the path of a Chromium, or off', {
    meaning:
      'The browser in which Claude Code looks at what it has built, read-only inside the sandbox. off: it goes without.',
    example: '/usr/bin/chromium',
    otherwise: 'a Chromium or Chrome this machine has; none where it has none',
  }),
} as const satisfies Record<string, Variable>;

export type ModelConfig = {
  readonly key?: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly models: readonly string[];
  readonly prices: PriceTable;
  readonly sessionBudgetMicros: number;
  readonly dayBudgetMicros: number;
  readonly callsPerMinute: number;
  /** A path, or none is to be used; absent: whatever there is. */
  readonly browser?: string | 'off';
};

const ANTHROPIC = 'https://api.anthropic.com';
const SESSION_BUDGET = '2';
const DAY_BUDGET = '20';
const CALLS_PER_MINUTE = 60;

const amount = Type.Number({ minimum: 0, maximum: 10_000 });
const pricesSchema = Type.Record(
  Type.String({ minLength: 1, maxLength: 100 }),
  Type.Object(
    {
      input: amount,
      output: amount,
      cacheRead: Type.Optional(amount),
      cacheWrite: Type.Optional(amount),
      cacheWriteLong: Type.Optional(amount),
    },
    { additionalProperties: false },
  ),
);

const pricesIn = (text: string): PriceTable | undefined => {
  try {
    const given: unknown = JSON.parse(text);
    if (!Value.Check(pricesSchema, given)) return undefined;
    return Object.fromEntries(
      Object.entries(given).map(([model, price]) => [
        model,
        { cacheRead: price.input, cacheWrite: price.input, cacheWriteLong: price.input, ...price },
      ]),
    );
  } catch {
    return undefined;
  }
};

const micros = (amountInDollars: string): number => Math.round(Number(amountInDollars) * 1e6);

export const toModelConfig = (values: Parsed): ModelConfig | undefined => {
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: url, AGENT_BROWSER: browser } = values;
  if (apiKey === undefined && url === undefined) return undefined;
  return {
    ...(apiKey === undefined ? {} : { key: apiKey }),
    baseUrl: (url ?? ANTHROPIC).replace(/\/+$/, ''),
    models: (values.MK0R_MODELS ?? '').split(/, ?/).filter((word) => word !== ''),
    prices: { ...PRICES, ...pricesIn(values.MK0R_MODEL_PRICES ?? '{}') },
    sessionBudgetMicros: micros(values.MK0R_SESSION_BUDGET ?? SESSION_BUDGET),
    dayBudgetMicros: micros(values.MK0R_DAY_BUDGET ?? DAY_BUDGET),
    callsPerMinute: values.MK0R_MODEL_CALLS_PER_MINUTE ?? CALLS_PER_MINUTE,
    ...(browser === undefined ? {} : { browser }),
  };
};

/** What a pattern cannot tell. */
export const modelErrors = ({ MK0R_MODEL_PRICES: prices }: Parsed): readonly ConfigError[] =>
  prices === undefined || pricesIn(prices) !== undefined
    ? []
    : [
        {
          variable: 'MK0R_MODEL_PRICES',
          message: `MK0R_MODEL_PRICES must be ${MODEL_VARIABLES.MK0R_MODEL_PRICES.must}. Example: MK0R_MODEL_PRICES=${MODEL_VARIABLES.MK0R_MODEL_PRICES.example}`,
        },
      ];

/** What is set without what would give it a meaning. */
export const modelWarnings = (values: Parsed): readonly string[] =>
  toModelConfig(values) !== undefined
    ? []
    : (Object.keys(MODEL_VARIABLES) as (keyof typeof MODEL_VARIABLES)[])
        .filter((variable) => values[variable] !== undefined)
        .map((variable) => `${variable} has no effect without ANTHROPIC_API_KEY: the offline agent builds`);
