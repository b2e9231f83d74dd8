import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { type Either, left, right } from 'fp-ts/lib/Either.js';
import { type Parsed, parseVariables } from './config/parse.ts';
import { unreadVariables } from './config/unread.ts';

/** What the environment says, read once at start. Optional fields are absent where nothing was set. */
export type Config = {
  /** 0 lets the system choose. */
  readonly port: number;
  readonly host: string;
  /** Origin without a trailing slash; absent: `http://localhost:<port the server got>`. */
  readonly publicUrl?: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly role: 'all' | 'api' | 'worker';
  readonly poolTarget: number;
  readonly defaultModel: string;
  readonly agentCommand?: string;
  readonly adminToken?: string;
  readonly poolAdminToken?: string;
  readonly masterKey?: Uint8Array;
  /** The isolation tier asked for; the server refuses to start with less. */
  readonly isolation?: string;
  /** 0: chosen on the first start and remembered in the data directory. */
  readonly ports: { readonly services: number; readonly postgres: number; readonly git: number };
  readonly trustProxy: readonly string[];
  readonly limits: RateLimits;
  readonly life: Life;
  readonly log: { readonly level: string; readonly format: 'pretty' | 'json' };
  /** Things worth a line in the log that do not keep the server from starting. */
  readonly warnings: readonly string[];
};

export type RateLimits = {
  readonly enabled: boolean;
  /** New sessions in an hour. */
  readonly startsPerVisitor: number;
  readonly startsPerAddress: number;
};

/** When what nobody uses sleeps and ends; 0 stands for never. */
export type Life = {
  readonly sleepAfterMinutes: number;
  readonly unpromptedHours: number;
  readonly idleDays: number;
  readonly maxAwake: number;
};

/** `message` is for a person: names the variable, says what is wrong with it, and shows a value that would do. */
export type ConfigError = { readonly variable: string; readonly message: string };

/**
 * Reads the configuration from environment variables (`.env.example` lists them). An empty value counts as not set.
 * @param terminal whether a person watches the output; decides the log format where none is asked for
 */
export const readConfig = (
  env: Readonly<Record<string, string | undefined>>,
  terminal = process.stdout.isTTY === true,
): Either<readonly ConfigError[], Config> => {
  const { values, errors } = parseVariables(env);
  return errors.length > 0 ? left(errors) : right(toConfig(values, unreadVariables(env), terminal));
};

const toConfig = (values: Parsed, warnings: readonly string[], terminal: boolean): Config => ({
  port: values.PORT ?? 3000,
  host: values.HOST ?? '127.0.0.1',
  ...optional('publicUrl', values.PUBLIC_URL && new URL(values.PUBLIC_URL).origin),
  dataDir: resolve(values.MK0R_DATA_DIR ?? '.mk0r'),
  role: values.ROLE ?? 'all',
  poolTarget: values.VM_POOL_TARGET_SIZE ?? 1,
  defaultModel: values.DEFAULT_MODEL ?? 'haiku',
  ...optional('agentCommand', values.AGENT_COMMAND),
  ...optional('adminToken', values.ADMIN_TOKEN),
  ...optional('poolAdminToken', values.POOL_ADMIN_TOKEN),
  ...optional('masterKey', values.MK0R_MASTER_KEY && keyBytes(values.MK0R_MASTER_KEY)),
  ...optional('isolation', values.MK0R_ISOLATION),
  ports: {
    services: values.MK0R_SERVICES_PORT ?? 0,
    postgres: values.MK0R_POSTGRES_PORT ?? 0,
    git: values.MK0R_GIT_PORT ?? 0,
  },
  trustProxy: (values.MK0R_TRUST_PROXY ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== ''),
  limits: {
    enabled: values.MK0R_RATE_LIMITS !== 'off',
    startsPerVisitor: values.MK0R_SESSION_STARTS_PER_VISITOR ?? 30,
    startsPerAddress: values.MK0R_SESSION_STARTS_PER_ADDRESS ?? 120,
  },
  life: {
    sleepAfterMinutes: values.MK0R_SLEEP_AFTER_MINUTES ?? 15,
    unpromptedHours: values.MK0R_UNPROMPTED_HOURS ?? 1,
    idleDays: values.MK0R_IDLE_DAYS ?? 30,
    maxAwake: values.MK0R_MAX_AWAKE ?? defaultMaxAwake(totalmem()),
  },
  log: { level: values.LOG_LEVEL ?? 'info', format: values.LOG_FORMAT ?? (terminal ? 'pretty' : 'json') },
  warnings,
});

const GIB = 2 ** 30;

/** An app, its dev server and its agent take about a quarter of a GiB while nothing is going on. */
const defaultMaxAwake = (memory: number): number => Math.min(40, Math.max(2, Math.floor(memory / GIB) * 4));

const optional = <K extends string, V>(key: K, value: V | '' | undefined): { [P in K]?: V } =>
  (value === undefined || value === '' ? {} : { [key]: value }) as { [P in K]?: V };

const keyBytes = (key: string): Uint8Array => Buffer.from(key, key.length === 64 ? 'hex' : 'base64');
