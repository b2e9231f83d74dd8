import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isRight } from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { serviceSecrets } from './config/services.ts';
import { VARIABLES } from './config/variables.ts';
import { type Config, type ConfigError, readConfig } from './config.ts';

const read = (env: Record<string, string | undefined>): Config => {
  const config = readConfig(env, true);
  if (isRight(config)) return config.right;
  throw new Error(config.left.map(({ message }) => message).join('\n'));
};
const errorsOf = (env: Record<string, string | undefined>): readonly ConfigError[] => {
  const config = readConfig(env, true);
  return isRight(config) ? [] : config.left;
};

describe('the configuration', () => {
  test('of an empty environment serves one machine without any key', () => {
    expect(read({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      role: 'all',
      poolTarget: 1,
      defaultModel: 'haiku',
      ports: { services: 0, postgres: 0, git: 0, model: 0 },
      limits: { enabled: true, startsPerVisitor: 30, startsPerAddress: 120 },
      log: { level: 'info', format: 'pretty' },
      warnings: [],
    });
    expect(read({}).dataDir).toMatch(/^\/.*\.mk0r$/);
    expect(read({})).not.toHaveProperty('adminToken');
  });

  test('takes an empty value for a variable that is not set', () => {
    expect(read({ ADMIN_TOKEN: '', PORT: ' ' })).toEqual(read({}));
  });

  test('reads what is set, and logs JSON where nobody watches', () => {
    const key = Buffer.alloc(32, 7);
    const config = read({
      PORT: '0',
      PUBLIC_URL: 'https://mk0r.example.com/',
      MK0R_MASTER_KEY: key.toString('base64'),
      MK0R_TRUST_PROXY: '10.0.0.0/8, ::1',
      MK0R_RATE_LIMITS: 'off',
      LOG_FORMAT: 'json',
    });
    expect(config).toMatchObject({
      port: 0,
      publicUrl: 'https://mk0r.example.com',
      trustProxy: ['10.0.0.0/8', '::1'],
      limits: { enabled: false },
      log: { format: 'json' },
    });
    expect(Buffer.from(config.masterKey ?? [])).toEqual(key);
    expect(read({ MK0R_MASTER_KEY: key.toString('hex') }).masterKey).toEqual(config.masterKey);
  });

  test.each([
    ['PORT', 'eighty', 'PORT must be a port number from 0 to 65535; it is "eighty". Example: PORT=3000'],
    ['PORT', '70000', 'PORT must be a port number from 0 to 65535; it is "70000". Example: PORT=3000'],
    ['PORT', '3000.5', 'PORT must be'],
    ['ROLE', 'boss', 'ROLE must be one of all, api, worker; it is "boss". Example: ROLE=all'],
    ['PUBLIC_URL', 'localhost:3000', 'PUBLIC_URL must be an http(s) origin without a path'],
    ['PUBLIC_URL', 'http://a.example/path', 'PUBLIC_URL must be an http(s) origin without a path'],
    ['PUBLIC_URL', 'http://[', 'PUBLIC_URL must be'],
    ['VM_POOL_TARGET_SIZE', '-1', 'VM_POOL_TARGET_SIZE must be a whole number from 0 to 100'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be one of trace, debug, info, warn, error, silent'],
    ['AGENT_COMMAND', 'a\nb', 'AGENT_COMMAND must be one line'],
  ])('%s=%j is refused in words that help', (variable, value, message) => {
    expect(errorsOf({ [variable]: value })).toEqual([
      { variable, message: expect.stringContaining(message) },
    ]);
  });

  test('never repeats a secret in a message', () => {
    const errors = errorsOf({ ADMIN_TOKEN: 'short secret', MK0R_MASTER_KEY: 'notakey' });
    expect(errors.map(({ variable }) => variable)).toEqual(['ADMIN_TOKEN', 'MK0R_MASTER_KEY']);
    expect(JSON.stringify(errors)).not.toMatch(/short secret|notakey/);
  });

  test('reports everything that is wrong at once', () => {
    expect(errorsOf({ PORT: 'x', ROLE: 'y', LOG_FORMAT: 'z' })).toHaveLength(3);
  });

  test('warns about a mistyped variable', () => {
    expect(read({ MK0R_DATADIR: '/tmp/x', MK0R_NONSENSE: '1' }).warnings).toEqual([
      'MK0R_DATADIR is not a variable of mk0r; did you mean MK0R_DATA_DIR?',
      'MK0R_NONSENSE is not a variable of mk0r (.env.example lists them all)',
    ]);
  });

  test('is described by .env.example, variable by variable', async () => {
    const text = await readFile(new URL('../.env.example', import.meta.url), 'utf8');
    for (const [name, { meaning }] of Object.entries(VARIABLES)) {
      expect(text).toMatch(new RegExp(`^# ?${name}=`, 'm'));
      expect(text.replaceAll(/\n# /g, ' ')).toContain(meaning);
    }
  });

  test('switches a service on by its key, each on its own', () => {
    expect(read({}).services).toEqual({});
    expect(read({ NEON_PROVISIONING_KEY: 'napi_123456', NEON_ORG_ID: 'org-a-1' }).services).toEqual({
      neon: { key: 'napi_123456', orgId: 'org-a-1' },
    });
    expect(
      read({ POSTHOG_PROJECT_KEY: 'phc_123456', GITHUB_PROVISIONING_TOKEN: 'ghp_123456', GITHUB_ORG: 'apps' })
        .services,
    ).toEqual({
      posthog: { projectKey: 'phc_123456', host: 'https://us.i.posthog.com' },
      github: { credentials: { token: 'ghp_123456' }, org: 'apps' },
    });
    const mail = { RESEND_PROVISIONING_KEY: 're_123456', RESEND_API_URL: 'http://127.0.0.1:81/' };
    expect(read(mail)).toMatchObject({
      services: { resend: { key: 're_123456', apiUrl: 'http://127.0.0.1:81' } },
      warnings: [expect.stringContaining('RESEND_FROM')],
    });
  });

  test('has apps built by a model where there is a key, or a place that wants none', () => {
    expect(read({}).model).toBeUndefined();
    expect(read({ ANTHROPIC_API_KEY: 'sk-ant-123456' }).model).toMatchObject({
      key: 'sk-ant-123456',
      baseUrl: 'https://api.anthropic.com',
      models: [],
      sessionBudgetMicros: 2_000_000,
      dayBudgetMicros: 20_000_000,
      callsPerMinute: 60,
    });
    const local = read({
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:81/',
      MK0R_MODELS: 'haiku, my-model',
      MK0R_SESSION_BUDGET: '0.5',
      MK0R_MODEL_PRICES: '{"my-model": {"input": 0.5, "output": 2}}',
    }).model;
    expect(local).toMatchObject({
      baseUrl: 'http://127.0.0.1:81',
      models: ['haiku', 'my-model'],
      sessionBudgetMicros: 500_000,
    });
    expect(local?.prices['my-model']).toEqual({
      input: 0.5,
      output: 2,
      cacheRead: 0.5,
      cacheWrite: 0.5,
      cacheWriteLong: 0.5,
    });
    expect(local?.prices['claude-haiku-5-5']).toBeDefined();
  });

  test('wants prices it can reckon with, and says what a budget without a key is for', () => {
    const [error] = errorsOf({
      ANTHROPIC_API_KEY: 'sk-ant-123456',
      MK0R_MODEL_PRICES: '{"m": {"input": "1"}}',
    });
    expect(error?.message).toContain('MK0R_MODEL_PRICES must be a JSON object');
    expect(read({ MK0R_SESSION_BUDGET: '5' }).warnings).toEqual([
      expect.stringContaining('MK0R_SESSION_BUDGET has no effect without ANTHROPIC_API_KEY'),
    ]);
  });

  test('keeps the log in KurrentDB by its address, which is never repeated', () => {
    expect(read({ EVENTSTORE_URL: 'kurrentdb://admin:changeit@db:2113' }).services).toMatchObject({
      kurrent: { connectionString: expect.stringMatching(/^esdb:/), credentials: { username: 'admin' } },
    });
    for (const url of [
      'postgres://admin:secret-word@db',
      'esdb://a:secret-word@db:2113?tlsCAFile=/no/ca.pem',
    ]) {
      const errors = errorsOf({ EVENTSTORE_URL: url });
      expect(errors.map(({ variable }) => variable)).toEqual(['EVENTSTORE_URL']);
      expect(JSON.stringify(errors)).not.toContain('secret-word');
    }
  });

  test('signs visitors in at Firebase with a project and its web API key, and only with both', () => {
    const project = { FIREBASE_PROJECT_ID: 'my-apps-12345', FIREBASE_API_KEY: 'AIzaSy0123456789' };
    expect(read(project).services).toEqual({
      firebase: {
        projectId: 'my-apps-12345',
        apiKey: 'AIzaSy0123456789',
        authDomain: 'my-apps-12345.firebaseapp.com',
      },
    });
    expect(readConfig({ FIREBASE_PROJECT_ID: 'my-apps-12345' })).toMatchObject({
      left: [{ variable: 'FIREBASE_API_KEY', message: expect.stringContaining('must be set') }],
    });
    expect(read({ FIREBASE_API_KEY: 'AIzaSy0123456789' }).warnings).toEqual([
      expect.stringMatching(/^FIREBASE_API_KEY has no effect without FIREBASE_PROJECT_ID/),
    ]);
  });

  describe('keeps vault and views in Firestore', () => {
    const project = { FIREBASE_PROJECT_ID: 'my-apps-12345' };
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const account = {
      type: 'service_account',
      project_id: 'my-apps-12345',
      client_email: 'mk0r@my-apps-12345.iam.gserviceaccount.com',
      private_key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    };
    const json = JSON.stringify(account);
    const key = { MK0R_MASTER_KEY: Buffer.alloc(32, 7).toString('hex') };

    test('with a service account, as JSON or base64 of it, which is never repeated', () => {
      for (const FIREBASE_SERVICE_ACCOUNT of [json, Buffer.from(json).toString('base64')]) {
        const config = read({ ...project, ...key, FIREBASE_SERVICE_ACCOUNT });
        expect(config.services.firestore).toEqual({
          projectId: 'my-apps-12345',
          prefix: 'mk0r',
          keeps: { vault: true, views: true },
          serviceAccount: {
            projectId: 'my-apps-12345',
            clientEmail: account.client_email,
            privateKey: account.private_key,
          },
        });
        expect(serviceSecrets(config.services)).toContain(account.private_key);
        expect(config.services.firebase).toBeUndefined();
        expect(config.warnings).toEqual([]);
      }
      const cut = Buffer.from(json.replaceAll('MII', 'XII')).toString('base64');
      const errors = errorsOf({ ...project, FIREBASE_SERVICE_ACCOUNT: cut });
      expect(errors).toEqual([
        {
          variable: 'FIREBASE_SERVICE_ACCOUNT',
          message: expect.stringContaining('Make a new one'),
        },
      ]);
      expect(JSON.stringify(errors)).not.toContain(cut.slice(0, 40));
    });

    test.each([
      ['vault+views', { vault: true, views: true }],
      ['vault', { vault: true, views: false }],
      ['views', { vault: false, views: true }],
    ] as const)(
      '%s with the credentials of the machine, where FIRESTORE_KEEPS says so',
      (FIRESTORE_KEEPS, keeps) => {
        const { firestore } = read({ ...project, ...key, FIRESTORE_KEEPS }).services;
        expect(firestore).toMatchObject({ keeps });
        expect(firestore).not.toHaveProperty('serviceAccount');
      },
    );

    test('or not, although there is a service account', () => {
      const config = { ...project, FIREBASE_SERVICE_ACCOUNT: json, FIRESTORE_KEEPS: 'nothing' };
      expect(read({ ...config, FIREBASE_API_KEY: 'AIzaSy0123456789' }).services.firestore).toBeUndefined();
    });

    test('beside sign-in at Firebase or without it, and never without a project', () => {
      const both = read({
        ...project,
        ...key,
        FIREBASE_API_KEY: 'AIzaSy0123456789',
        FIRESTORE_KEEPS: 'views',
      });
      expect(both.services).toMatchObject({ firebase: {}, firestore: {} });
      expect(errorsOf({ FIRESTORE_KEEPS: 'vault' })).toEqual([
        { variable: 'FIREBASE_PROJECT_ID', message: expect.stringContaining('with FIRESTORE_KEEPS') },
      ]);
    });

    test('in an emulator on the own machine only, and never in production', () => {
      const env = { ...project, ...key, FIRESTORE_KEEPS: 'views', FIRESTORE_EMULATOR_HOST: 'localhost:8080' };
      expect(read(env).services.firestore?.emulator).toBe('localhost:8080');
      expect(
        read({ ...env, PUBLIC_URL: 'http://localhost:4000' }).services.firestore?.emulator,
      ).toBeDefined();
      for (const wrong of [{ NODE_ENV: 'production' }, { PUBLIC_URL: 'https://mk0r.example.com' }])
        expect(errorsOf({ ...env, ...wrong })).toEqual([
          { variable: 'FIRESTORE_EMULATOR_HOST', message: expect.stringContaining('Unset it') },
        ]);
    });

    test('and warns where the key that opens it is a file', () => {
      expect(read({ ...project, FIRESTORE_KEEPS: 'vault' }).warnings).toEqual([
        expect.stringContaining('MK0R_MASTER_KEY is not set'),
      ]);
      expect(read({ FIRESTORE_DATABASE: 'other' }).warnings).toEqual([
        expect.stringMatching(/^FIRESTORE_DATABASE has no effect without FIRESTORE_KEEPS/),
      ]);
    });
  });

  test('has sandboxes at E2B with its key, closed to the internet unless told', () => {
    expect(read({})).not.toHaveProperty('e2b');
    expect(read({ E2B_API_KEY: 'e2b_123456' })).toMatchObject({
      e2b: { apiKey: 'e2b_123456', template: 'mk0r-app', egress: 'closed' },
      life: { maxAwake: 20 },
    });
    const own = { E2B_API_KEY: 'e2b_123456', E2B_SANDBOX_URL: 'http://localhost:3002/', E2B_EGRESS: 'open' };
    expect(read({ ...own, E2B_TEMPLATE: 'mine:pinned' }).e2b).toEqual({
      apiKey: 'e2b_123456',
      template: 'mine:pinned',
      egress: 'open',
      sandboxUrl: 'http://localhost:3002',
    });
    expect(errorsOf({ E2B_API_KEY: 'e2b_123456', E2B_TEMPLATE: 'Mine!' })).toMatchObject([
      { variable: 'E2B_TEMPLATE' },
    ]);
    expect(read({ E2B_DOMAIN: 'e2b.example.com' }).warnings).toEqual([
      'E2B_DOMAIN has no effect without E2B_API_KEY: sandboxes are of this machine',
    ]);
  });

  test('takes the private key of a GitHub App as PEM, on one line, or as base64', () => {
    const { privateKey: pem } = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const app = { GITHUB_APP_ID: '31', GITHUB_APP_INSTALLATION_ID: '27', GITHUB_ORG: 'apps' };
    for (const key of [pem, pem.replaceAll('\n', '\\n'), Buffer.from(pem).toString('base64')]) {
      const { github } = read({ ...app, GITHUB_APP_PRIVATE_KEY: key }).services;
      expect(github?.credentials).toMatchObject({ appId: '31', installationId: 27 });
      expect(JSON.stringify(github)).toContain('BEGIN PRIVATE KEY');
    }
    const half = errorsOf({ GITHUB_APP_ID: '31', GITHUB_PROVISIONING_TOKEN: 'ghp_123456' });
    expect(half.map(({ variable }) => variable)).toEqual([
      'GITHUB_APP_PRIVATE_KEY',
      'GITHUB_APP_INSTALLATION_ID',
      'GITHUB_ORG',
      'GITHUB_PROVISIONING_TOKEN',
    ]);
    const broken = errorsOf({ ...app, GITHUB_APP_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----\nx' });
    expect(broken.map(({ variable }) => variable)).toEqual(['GITHUB_APP_PRIVATE_KEY']);
  });

  test.each([
    ['NEON_API_URL', 'http://console.example.com'],
    ['RESEND_API_URL', 'https://user@api.example.com'],
    ['GITHUB_ORG', 'no/slashes'],
    ['NEON_PROVISIONING_KEY', 'two words'],
  ])('%s=%j is refused', (variable, value) => {
    expect(errorsOf({ [variable]: value }).map((error) => error.variable)).toEqual([variable]);
  });

  test('says what has no effect without its key', () => {
    expect(read({ NEON_ORG_ID: 'org-a-1', POSTHOG_HOST: 'https://eu.i.posthog.com' }).warnings).toEqual([
      'NEON_ORG_ID has no effect without NEON_PROVISIONING_KEY: the embedded part serves',
      'POSTHOG_HOST has no effect without POSTHOG_PROJECT_KEY: the embedded part serves',
    ]);
  });
});
