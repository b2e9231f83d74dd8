import { apiUrl, key, name, oneOf, type Variable } from './kinds.ts';
import type { Parsed } from './parse.ts';

/** Sandboxes in the cloud, in place of those of this machine. */
export const E2B_VARIABLES = {
  E2B_API_KEY: key(
    'E2B',
    'Sandboxes at E2B, a virtual machine each. Build their template first, and again after every upgrade: npm run sandbox:build. Made at e2b.dev, Dashboard, API keys.',
    'e2b_...',
    'sandboxes of this machine',
  ),
  E2B_TEMPLATE: name(
    '^[a-z0-9][a-z0-9_-]{0,99}(:[A-Za-z0-9._-]{1,100})?$',
    'the name of a template: small letters, digits, - and _, with or without a tag',
    {
      meaning:
        'What sandboxes are made from. Without a tag, the one that was built from the sources of this version.',
      example: 'mk0r-app',
      otherwise: 'mk0r-app',
    },
  ),
  E2B_EGRESS: oneOf(
    ['closed', 'open'],
    'What sandboxes at E2B reach by themselves: the package registry and this server only, everything else that is theirs over a link of this server (closed), or the whole internet (open).',
    'closed',
  ),
  E2B_DOMAIN: name('^[a-z0-9.-]{1,253}(:[0-9]{1,5})?$', 'a host name', {
    meaning: 'The domain of an E2B of your own; its API is api.<domain>, each sandbox a host below it.',
    example: 'e2b.example.com',
    otherwise: 'e2b.app',
  }),
  E2B_API_URL: {
    ...apiUrl('Where the API of E2B is.', 'https://api.<E2B_DOMAIN>'),
    example: 'https://api.e2b.example.com',
  },
  E2B_SANDBOX_URL: {
    ...apiUrl(
      'One address for all sandboxes of an E2B that has no wildcard domain: they are told apart by header.',
      'a host name for each sandbox',
    ),
    example: 'http://localhost:3002',
  },
} as const satisfies Record<string, Variable>;

export type E2bConfig = {
  readonly apiKey: string;
  readonly template: string;
  readonly egress: 'closed' | 'open';
  readonly domain?: string;
  readonly apiUrl?: string;
  /** An origin. */
  readonly sandboxUrl?: string;
};

const DEFAULT_TEMPLATE = 'mk0r-app';

export const toE2bConfig = (values: Parsed): E2bConfig | undefined => {
  const { E2B_API_KEY: apiKey, E2B_DOMAIN: domain, E2B_API_URL: api, E2B_SANDBOX_URL: sandboxes } = values;
  if (apiKey === undefined) return undefined;
  return {
    apiKey,
    template: values.E2B_TEMPLATE ?? DEFAULT_TEMPLATE,
    egress: values.E2B_EGRESS ?? 'closed',
    ...(domain === undefined ? {} : { domain }),
    ...(api === undefined ? {} : { apiUrl: api.replace(/\/+$/, '') }),
    ...(sandboxes === undefined ? {} : { sandboxUrl: new URL(sandboxes).origin }),
  };
};

/** What is set without what would give it a meaning. */
export const e2bWarnings = (values: Parsed): readonly string[] =>
  values.E2B_API_KEY !== undefined
    ? []
    : (Object.keys(E2B_VARIABLES) as (keyof typeof E2B_VARIABLES)[])
        .filter((variable) => values[variable] !== undefined)
        .map((variable) => `${variable} has no effect without E2B_API_KEY: sandboxes are of this machine`);
