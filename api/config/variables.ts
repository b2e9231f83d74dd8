import { type Static, type TSchema, Type } from 'typebox';

/** One environment variable: what it may hold, what it means, and a line somebody can copy. */
export type Variable<S extends TSchema = TSchema> = {
  readonly schema: S;
  /** Completes "<NAME> must be ...". */
  readonly must: string;
  readonly meaning: string;
  readonly example: string;
  /** What holds where the variable is not set, in words, where that is not obvious. */
  readonly otherwise?: string;
  /** Its value is never repeated in a message. */
  readonly secret?: true;
};

const variable = <S extends TSchema>(schema: S, about: Omit<Variable<S>, 'schema'>): Variable<S> => ({
  schema,
  ...about,
});

const port = (meaning: string, example: string, otherwise: string) =>
  variable(Type.Integer({ minimum: 0, maximum: 65_535 }), {
    must: 'a port number from 0 to 65535',
    meaning,
    example,
    otherwise,
  });
const count = (meaning: string, example: string, otherwise: string) =>
  variable(Type.Integer({ minimum: 1, maximum: 1_000_000 }), {
    must: 'a whole number from 1 to 1000000',
    meaning,
    example,
    otherwise,
  });
const upTo = (maximum: number, meaning: string, example: string, otherwise: string) =>
  variable(Type.Integer({ minimum: 0, maximum }), {
    must: `a whole number from 0 to ${maximum}`,
    meaning,
    example,
    otherwise,
  });
const oneOf = <const V extends string>(values: readonly V[], meaning: string, otherwise: string) =>
  variable(Type.Unsafe<V>({ type: 'string', enum: values }), {
    must: `one of ${values.join(', ')}`,
    meaning,
    example: values[0] ?? '',
    otherwise,
  });
const token = (meaning: string, otherwise: string) =>
  variable(Type.String({ minLength: 16, maxLength: 512, pattern: '^[\\x21-\\x7e]+$' }), {
    must: 'at least 16 characters without spaces',
    meaning,
    example: 'the output of: openssl rand -base64 33',
    otherwise,
    secret: true,
  });

/** Every variable the server reads, in the order `.env.example` shows them. */
export const VARIABLES = {
  PORT: port('Port of the web server: page, API, websocket and previews.', '3000', '3000'),
  HOST: variable(Type.String({ minLength: 1, maxLength: 253, pattern: '^[A-Za-z0-9.:_-]+$' }), {
    must: 'a host name or address to listen on',
    meaning: 'Address the web server listens on; 0.0.0.0 for all.',
    example: '127.0.0.1',
    otherwise: '127.0.0.1',
  }),
  PUBLIC_URL: variable(Type.String({ maxLength: 300, pattern: '^https?://[^/?#@\\s]+/?$' }), {
    must: 'an http(s) origin without a path',
    meaning:
      'Where browsers reach this server. Previews live at <slug>.preview.<its host>: point a wildcard at it.',
    example: 'https://mk0r.example.com',
    otherwise: 'http://localhost:<PORT>',
  }),
  MK0R_DATA_DIR: variable(Type.String({ minLength: 1, maxLength: 1024, pattern: '^[^\\x00]+$' }), {
    must: 'a directory path',
    meaning: 'Everything this server keeps: log, vault, databases, repositories, sandboxes.',
    example: '.mk0r',
    otherwise: '.mk0r',
  }),
  ROLE: oneOf(
    ['all', 'api', 'worker'],
    'What this process does: serve requests (api), run process managers (worker), or both.',
    'all',
  ),
  VM_POOL_TARGET_SIZE: variable(Type.Integer({ minimum: 0, maximum: 100 }), {
    must: 'a whole number from 0 to 100',
    meaning: 'How many finished sessions, backend included, stand ready for the next visitors.',
    example: '1',
    otherwise: '1',
  }),
  DEFAULT_MODEL: variable(Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9._:/-]+$' }), {
    must: "a model's name",
    meaning: 'Model a new session starts with.',
    example: 'haiku',
    otherwise: 'haiku',
  }),
  AGENT_COMMAND: variable(Type.String({ minLength: 1, maxLength: 1000, pattern: '^[^\\r\\n\\x00]+$' }), {
    must: 'one line: a command as run inside the sandbox',
    meaning: 'Any agent that speaks ACP over stdio.',
    example: 'npx @agentclientprotocol/claude-agent-acp',
    otherwise: 'the offline, rule-based agent',
  }),
  ADMIN_TOKEN: token('Bearer token of the operator.', 'operator routes answer 403, /metrics is open'),
  POOL_ADMIN_TOKEN: token('Bearer token POST /api/vm/prewarm then asks for.', 'prewarm is open, and limited'),
  MK0R_MASTER_KEY: variable(Type.String({ pattern: '^([0-9a-fA-F]{64}|[A-Za-z0-9+/_-]{43}=?)$' }), {
    must: '32 bytes, as 64 hex digits or as base64',
    meaning: "Wraps every session's data key. Losing it loses every secret and prompt.",
    example: 'the output of: openssl rand -base64 32',
    otherwise: 'a key file in the data directory',
    secret: true,
  }),
  MK0R_ISOLATION: variable(Type.String({ pattern: '^[a-z0-9+]{1,40}$' }), {
    must: 'the name of an isolation tier, as /healthz reports it',
    meaning: 'Refuse to start where sandboxes cannot be kept apart at least this well.',
    example: 'bwrap+uid+cgroup',
    otherwise: 'the best tier this machine holds',
  }),
  MK0R_SERVICES_PORT: port(
    'Loopback port of the relays sandboxes speak to (mail, analytics).',
    '3010',
    '0: chosen on the first start and remembered',
  ),
  MK0R_POSTGRES_PORT: port(
    'Loopback port of the embedded Postgres.',
    '3011',
    '0: chosen on the first start and remembered',
  ),
  MK0R_GIT_PORT: port(
    'Loopback port of the embedded Git host.',
    '3012',
    '0: chosen on the first start and remembered',
  ),
  MK0R_TRUST_PROXY: variable(Type.String({ maxLength: 500, pattern: '^[0-9A-Fa-f.:/, ]+$' }), {
    must: 'addresses or networks, separated by commas',
    meaning: 'Reverse proxies whose X-Forwarded-For is believed.',
    example: '10.0.0.0/8, 192.0.2.7',
    otherwise: 'none',
  }),
  MK0R_RATE_LIMITS: oneOf(['on', 'off'], 'Limits per visitor and address; off for benchmarks only.', 'on'),
  MK0R_SESSION_STARTS_PER_VISITOR: count(
    'New sessions one visitor may start in an hour.',
    '30',
    '30 (a uid is free to get: the limit per address is the one that holds)',
  ),
  MK0R_SESSION_STARTS_PER_ADDRESS: count(
    'New sessions one address (IPv6: one /64) may start in an hour.',
    '120',
    '120',
  ),
  MK0R_SLEEP_AFTER_MINUTES: upTo(
    10_080,
    'A sandbox nobody has used for this long sleeps: files stay, and the next visit wakes it. 0: never.',
    '15',
    '15',
  ),
  MK0R_MAX_AWAKE: upTo(
    10_000,
    'Sandboxes that may be awake before the one idle longest sleeps; no visitor is refused for it. 0: any number.',
    '20',
    'four for each GiB of memory, at most 40',
  ),
  MK0R_UNPROMPTED_HOURS: upTo(
    8_760,
    'A session that was opened and never told anything is deleted after this time, with all it owns. 0: never.',
    '1',
    '1',
  ),
  MK0R_IDLE_DAYS: upTo(
    3_650,
    'A session nobody has used for this long is deleted, with all it owns: app, database, repository. 0: never.',
    '30',
    '30',
  ),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'How much is logged.', 'info'),
  LOG_FORMAT: oneOf(
    ['pretty', 'json'],
    'Lines for a person, or one JSON object a line.',
    'pretty on a terminal',
  ),
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;
export type VariableValue<N extends VariableName> = Static<(typeof VARIABLES)[N]['schema']>;

/** Keys of the cloud services, by what they switch on. This version reads none of them: the embedded parts serve. */
export const CLOUD_VARIABLES = {
  NEON_PROVISIONING_KEY: 'databases at Neon',
  NEON_ORG_ID: 'the Neon organisation the projects belong to',
  RESEND_PROVISIONING_KEY: 'mail through Resend',
  POSTHOG_PROJECT_KEY: 'analytics at PostHog',
  GITHUB_PROVISIONING_TOKEN: 'repositories at GitHub',
  E2B_API_KEY: 'sandboxes at E2B',
  FIREBASE_PROJECT_ID: 'Firebase anonymous sign-in',
  EVENTSTORE_URL: 'the log in KurrentDB',
  ANTHROPIC_API_KEY: "the model behind Claude Code, through this server's relay",
} as const;
