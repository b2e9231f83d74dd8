import { type Static, Type } from 'typebox';
import { E2B_VARIABLES } from './e2b.ts';
import { FIRESTORE_VARIABLES } from './firestore.ts';
import { count, name, oneOf, port, token, upTo, type Variable, variable } from './kinds.ts';
import { MODEL_VARIABLES } from './model.ts';
import { SERVICE_VARIABLES } from './service-variables.ts';

export type { Variable } from './kinds.ts';

/** What this server itself is told, in the order `.env.example` shows it. */
const SERVER_VARIABLES = {
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
    url: true,
  }),
  MK0R_DATA_DIR: variable(Type.String({ minLength: 1, maxLength: 1024, pattern: '^[^\\x00]+$' }), {
    must: 'a directory path',
    meaning: 'Everything this server keeps: log, vault, databases, repositories, sandboxes.',
    example: '.mk0r',
    otherwise: '.mk0r',
  }),
  ROLE: oneOf(
    ['all', 'api', 'worker'],
    'What this process does: serve visitors (api), run the process managers (worker), or both, as the only server (all). A split needs the log, sandboxes and services in the cloud.',
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
    meaning:
      'Any agent that speaks ACP over stdio. With ANTHROPIC_API_KEY it finds the relay in ANTHROPIC_BASE_URL.',
    example: 'node /app/my-agent.js',
    otherwise: 'Claude Code with ANTHROPIC_API_KEY, else the offline, rule-based agent',
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
  MK0R_MODEL_PORT: port(
    'Loopback port of the relay through which agents call the model.',
    '3013',
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
    'four for each GiB of memory, at most 40; 20 at E2B',
  ),
  MK0R_UNPROMPTED_HOURS: upTo(
    8_760,
    'A session with nothing asked for, edited or forked in it is deleted after this time. 0: never.',
    '1',
    '1',
  ),
  MK0R_IDLE_DAYS: upTo(
    3_650,
    'A session nobody has used for this long is deleted, with all it owns: app, database, repository. 0: never.',
    '30',
    '30',
  ),
  NODE_ENV: name('^[A-Za-z0-9_-]{1,40}$', 'one word', {
    meaning: 'production: what is for development only is refused, such as an emulator.',
    example: 'production',
    otherwise: 'decided by PUBLIC_URL: an address others reach is production',
  }),
  MK0R_MAILS_PER_DAY: count(
    'Mails the app of one session may send in a day (UTC).',
    '100',
    '500, or 100 where they go to real inboxes',
  ),
  MK0R_PAGE_CHECK: oneOf(
    ['browser', 'modules'],
    'How the page of an app is looked at after a turn: in a Chromium inside its sandbox, or module by module.',
    'browser, where the sandbox has a Chromium',
  ),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'How much is logged.', 'info'),
  LOG_FORMAT: oneOf(
    ['pretty', 'json'],
    'Lines for a person, or one JSON object a line.',
    'pretty on a terminal',
  ),
} as const satisfies Record<string, Variable>;

/** Every variable the server reads. */
export const VARIABLES = {
  ...SERVER_VARIABLES,
  ...MODEL_VARIABLES,
  ...SERVICE_VARIABLES,
  ...FIRESTORE_VARIABLES,
  ...E2B_VARIABLES,
} as const;

export type VariableName = keyof typeof VARIABLES;
export type VariableValue<N extends VariableName> = Static<(typeof VARIABLES)[N]['schema']>;
