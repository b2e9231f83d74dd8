import { readFile } from 'node:fs/promises';
import { isRight } from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { CLOUD_VARIABLES, VARIABLES } from './config/variables.ts';
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
      ports: { services: 0, postgres: 0, git: 0 },
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

  test('warns about a mistyped variable and about a cloud key it does not read', () => {
    expect(read({ MK0R_DATADIR: '/tmp/x', NEON_PROVISIONING_KEY: 'k', MK0R_NONSENSE: '1' }).warnings).toEqual(
      [
        'MK0R_DATADIR is not a variable of mk0r; did you mean MK0R_DATA_DIR?',
        'NEON_PROVISIONING_KEY is set, but this version does not read it (databases at Neon): the embedded part serves',
        'MK0R_NONSENSE is not a variable of mk0r (.env.example lists them all)',
      ],
    );
  });

  test('is described by .env.example, variable by variable', async () => {
    const text = await readFile(new URL('../.env.example', import.meta.url), 'utf8');
    for (const [name, { meaning }] of Object.entries(VARIABLES)) {
      expect(text).toMatch(new RegExp(`^# ?${name}=`, 'm'));
      expect(text.replaceAll(/\n# /g, ' ')).toContain(meaning);
    }
    for (const name of Object.keys(CLOUD_VARIABLES)) expect(text).toMatch(new RegExp(`^# ?${name}=`, 'm'));
  });
});
