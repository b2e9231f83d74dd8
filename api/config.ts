import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { type Either, left, right } from 'fp-ts/lib/Either.js';
import { type E2bConfig, e2bWarnings, toE2bConfig } from './config/e2b.ts';
import { type ModelConfig, modelErrors, modelWarnings, toModelConfig } from './config/model.ts';
import { type Parsed, parseVariables } from './config/parse.ts';
import { type CloudServices, serviceErrors, serviceWarnings, toCloudServices } from './config/services.ts';
import { splitErrors } from './config/split.ts';
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
  /** `all` is one server by itself; `api` and `worker` processes are one installation together. */
  readonly role: Role;
  readonly poolTarget: number;
  readonly defaultModel: string;
  readonly agentCommand?: string;
  /** The model relay, and with it Claude Code; absent: the offline agent. */
  readonly model?: ModelConfig;
  readonly adminToken?: string;
  readonly poolAdminToken?: string;
  readonly masterKey?: Uint8Array;
  /** The isolation tier asked for; the server refuses to start with less. */
  readonly isolation?: string;
  /** 0: chosen on the first start and remembered in the data directory. */
  readonly ports: {
    readonly services: number;
    readonly postgres: number;
    readonly git: number;
    readonly model: number;
  };
  readonly trustProxy: readonly string[];
  readonly limits: RateLimits;
  readonly life: Life;
  /** Mails the app of one session may send in a day. */
  readonly mailsPerDay?: number;
  /** How the page of an app is looked at after a turn. */
  readonly pageCheck: 'browser' | 'modules';
  /** Services of sessions in the cloud; what is absent is served from this machine. */
  readonly services: CloudServices;
  /** Where sandboxes are at E2B; absent: on this machine. */
  readonly e2b?: E2bConfig;
  readonly log: { readonly level: string; readonly format: 'pretty' | 'json' };
  /** Things worth a line in the log that do not keep the server from starting. */
  readonly warnings: readonly string[];
};

export type Role = 'all' | 'api' | 'worker';

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
  const { values, errors: single } = parseVariables(env);
  const errors = [
    ...single,
    ...(single.length > 0 ? [] : [...serviceErrors(values), ...splitErrors(values), ...modelErrors(values)]),
  ];
  const warnings = [
    ...unreadVariables(env),
    ...serviceWarnings(values),
    ...e2bWarnings(values),
    ...modelWarnings(values),
  ];
  return errors.length > 0 ? left(errors) : right(toConfig(values, warnings, terminal));
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
  ...optional('model', toModelConfig(values)),
  ...optional('adminToken', values.ADMIN_TOKEN),
  ...optional('poolAdminToken', values.POOL_ADMIN_TOKEN),
  ...optional('masterKey', values.MK0R_MASTER_KEY && keyBytes(values.MK0R_MASTER_KEY)),
  ...optional('isolation', values.MK0R_ISOLATION),
  ports: {
    services: values.MK0R_SERVICES_PORT ?? 0,
    postgres: values.MK0R_POSTGRES_PORT ?? 0,
    git: values.MK0R_GIT_PORT ?? 0,
    model: values.MK0R_MODEL_PORT ?? 0,
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
    maxAwake:
      values.MK0R_MAX_AWAKE ??
      (values.E2B_API_KEY === undefined ? defaultMaxAwake(totalmem()) : E2B_SMALLEST_PLAN),
  },
  ...optional('mailsPerDay', values.MK0R_MAILS_PER_DAY),
  pageCheck: values.MK0R_PAGE_CHECK ?? 'browser',
  services: toCloudServices(values),
  ...optional('e2b', toE2bConfig(values)),
  log: { level: values.LOG_LEVEL ?? 'info', format: values.LOG_FORMAT ?? (terminal ? 'pretty' : 'json') },
  warnings,
});

const GIB = 2 ** 30;

/** An app, its dev server and its agent take about a quarter of a GiB while nothing is going on. */
const defaultMaxAwake = (memory: number): number => Math.min(40, Math.max(2, Math.floor(memory / GIB) * 4));

/** Sandboxes that may run at once on E2B's smallest plan (https://e2b.dev/docs/sandbox/rate-limits). */
const E2B_SMALLEST_PLAN = 20;

const optional = <K extends string, V>(key: K, value: V | '' | undefined): { [P in K]?: V } =>
  (value === undefined || value === '' ? {} : { [key]: value }) as { [P in K]?: V };

const keyBytes = (key: string): Uint8Array => Buffer.from(key, key.length === 64 ? 'hex' : 'base64');
