import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rightOf } from '../../domain/testing/outcome.ts';
import { type AllServices, KEYS, startAllServices } from '../../tests/stand-ins/all-services.ts';
import { startAnthropicStandIn } from '../../tests/stand-ins/anthropic/server.ts';
import { startFirestoreStandIn } from '../../tests/stand-ins/firestore/server.ts';
import { startKurrentStandIn } from '../../tests/stand-ins/kurrent/server.ts';
import { readConfig } from '../config.ts';
import { examineServices } from '../doctor/at-start.ts';
import { doctor } from './doctor.ts';

let dataDir: string;
let cloud: AllServices;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mk0r-doctor-'));
  cloud = await startAllServices();
});
afterAll(async () => {
  await cloud.close();
  await rm(dataDir, { recursive: true, force: true });
});

const examine = async (env: Readonly<Record<string, string>> = {}) => {
  const config = rightOf(readConfig({ MK0R_DATA_DIR: dataDir, ...env }));
  const said: string[] = [];
  const code = await doctor.run([], { config, say: (line) => said.push(line) });
  const text = said.join('\n');
  for (const key of Object.values(KEYS)) expect(text).not.toContain(key);
  const line = (part: string): string => said.find((row) => row.startsWith(part)) ?? '';
  return { code, text, line };
};

describe('doctor', () => {
  test('without a key finds the embedded parts, and says in which isolation sandboxes run', async () => {
    const { code, line } = await examine();
    expect(code).toBe(0);
    for (const part of [
      'log',
      'model',
      'vault',
      'views',
      'databases',
      'mail',
      'repositories',
      'analytics',
      'identity',
    ])
      expect(line(part)).toMatch(/^\w+ +embedded +works/);
    expect(line('sandboxes')).toMatch(/isolation (process|bwrap)/);
  });

  test('with every key says who answered, with what identity and limits, and how fast', async () => {
    const { code, line, text } = await examine(Object.assign({}, ...Object.values(cloud.env)));
    expect(code).toBe(0);
    expect(line('databases')).toMatch(
      /Neon +works +ann@example\.com +0 projects of mk0r, 100 projects allowed \(free_v3\) +\d+ ms/,
    );
    expect(line('mail')).toMatch(/Resend +works, but +no verified domain +50 calls a second/);
    expect(text).toContain('mail: RESEND_FROM is not of a verified domain');
    expect(line('repositories')).toMatch(
      /GitHub +works +user ann +4999 of 5000 calls left this hour +\d+ ms/,
    );
    expect(line('analytics')).toMatch(/PostHog +works +project phc_all_…/);
    expect(line('identity')).toMatch(/Firebase +works +project apps-of-ann \(314159265358\)/);
  });

  test('asks the event store for the end of its log, and says when it is away', async () => {
    const kurrent = await startKurrentStandIn();
    const working = await examine({ EVENTSTORE_URL: kurrent.url });
    expect(working.line('log')).toMatch(
      /KurrentDB +works, but +nobody at 127\.0\.0\.1:\d+ +1024 KiB an append/,
    );
    expect(working.text).toContain('The connection is not encrypted');
    expect(kurrent.log.all()).toEqual([]);
    kurrent.close();
    const away = await examine({ EVENTSTORE_URL: kurrent.url });
    expect(away.code).toBe(1);
    expect(away.text).toContain('check EVENTSTORE_URL, and that the server runs');
  });

  test('asks Firestore for vault and views, each where it is kept there, and makes nothing', async () => {
    const firestore = await startFirestoreStandIn();
    const { code, line, text } = await examine({
      FIREBASE_PROJECT_ID: 'apps-of-ann',
      FIRESTORE_KEEPS: 'vault',
      FIRESTORE_EMULATOR_HOST: firestore.host,
    });
    expect(code).toBe(0);
    expect(line('vault')).toMatch(
      /Firestore +works +project apps-of-ann, an emulator +.*no vault yet +\d+ ms/,
    );
    expect(line('views')).toMatch(/embedded +works/);
    expect(text).toContain('configuration: the vault is in Firestore and MK0R_MASTER_KEY is not set');
    expect(firestore.documents()).toEqual([]);
    await firestore.close();
  });

  test('asks for nothing that changes anything', async () => {
    const before = { neon: cloud.neon.made(), resend: cloud.resend.made(), github: cloud.github.made() };
    await examine(Object.assign({}, ...Object.values(cloud.env)));
    expect({
      neon: cloud.neon.made(),
      resend: cloud.resend.made(),
      github: cloud.github.made(),
    }).toEqual(before);
    expect(cloud.posthog.taken()).toEqual([]);
  });

  test('asks the model for its list, which costs nothing, and says which of them may be used', async () => {
    const key = 'sk-ant-of-the-doctor';
    const model = await startAnthropicStandIn({ key });
    const env = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: model.url };
    const working = await examine(env);
    expect(working.line('model')).toMatch(/127\.0\.0\.1:\d+ +works +models claude-opus-5-5, .* +\d+ ms/);
    expect(model.asked().map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/models?limit=1000',
    ]);
    const none = await examine({ ...env, MK0R_MODELS: 'gpt' });
    expect(none.line('model')).toMatch(/works, but/);
    expect(none.text).toContain('MK0R_MODELS names none of its models');
    const wrong = await examine({ ...env, ANTHROPIC_API_KEY: 'sk-ant-wrong-0123' });
    expect(wrong.code).toBe(1);
    expect(wrong.text).toMatch(/^model: The model refuses the key .*ANTHROPIC_API_KEY/m);
    expect(wrong.text).not.toContain('sk-ant-wrong-0123');
    await model.close();
  });

  // Every service and every kind of key that does not do: `api/doctor/keys.test.ts`.
  test('ends with 1 where a key does not work, says so in the table, and what to do below it', async () => {
    const wrong = { NEON_PROVISIONING_KEY: 'napi_wrong_0123456789' };
    const { code, line, text } = await examine({ ...cloud.env.neon, ...wrong });
    expect(code).toBe(1);
    expect(line('databases')).toMatch(/Neon +does not work/);
    expect(text).toMatch(/^databases: .*Check NEON_PROVISIONING_KEY/m);
    expect(text).not.toContain(wrong.NEON_PROVISIONING_KEY);
  });

  test('says that a service is not reached', async () => {
    const { code, text } = await examine({ ...cloud.env.neon, NEON_API_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(1);
    expect(text).toContain('databases: Neon could not be reached.');
  });
});

describe('a server that starts', () => {
  test('says in its log which key does not work and what to do, and nothing about embedded parts', async () => {
    const wrong = { ...cloud.env.github, GITHUB_PROVISIONING_TOKEN: 'ghp_wrong_0123' };
    const config = rightOf(readConfig({ MK0R_DATA_DIR: dataDir, ...cloud.env.neon, ...wrong }));
    const said: string[] = [];
    const log = {
      info: (_fields: object, message: string) => void said.push(`info ${message}`),
      warn: (_fields: object, message: string) => void said.push(`warn ${message}`),
    };
    await examineServices(config, log, AbortSignal.timeout(30_000));
    expect(said).toEqual([
      expect.stringMatching(/^info databases at Neon: ann@example\.com · 0 projects/),
      expect.stringMatching(/^warn repositories at GitHub: does not work.*GITHUB_PROVISIONING_TOKEN/),
    ]);
  });
});
