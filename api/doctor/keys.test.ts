import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resend } from 'resend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openE2bAccount } from '../../adapters/sandboxes/e2b/fixtures/e2b-host.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { type AllServices, KEYS, startAllServices } from '../../tests/stand-ins/all-services.ts';
import { startAnthropicStandIn } from '../../tests/stand-ins/anthropic/server.ts';
import { startFirestoreStandIn } from '../../tests/stand-ins/firestore/server.ts';
import { startGithubStandIn } from '../../tests/stand-ins/github/server.ts';
import { startKurrentStandIn } from '../../tests/stand-ins/kurrent/server.ts';
import { startNeonStandIn } from '../../tests/stand-ins/neon/server.ts';
import { readConfig } from '../config.ts';
import { examineServices } from './at-start.ts';
import type { Finding } from './check.ts';
import { CHECKS, SERVICE_CHECKS } from './checks.ts';

type Env = Readonly<Record<string, string>>;
type Named = {
  /** What is wrong, as it reads in the test's name. */
  readonly what: string;
  readonly part: string;
  readonly env: Env;
  /** What the operator is told; each has to be in it. */
  readonly told: readonly string[];
  /** Nothing that needs the key works, rather than some of it or for now. */
  readonly isBroken?: false;
};

/** Every service with a key that is wrong, has ended, or may too little; each is named, with what to do about it. */
describe('a key that does not do', () => {
  let dataDir: string;
  let cloud: AllServices;
  const closers: (() => unknown)[] = [];
  const closing = <A extends { readonly close: () => unknown }>(part: A): A => {
    closers.push(part.close);
    return part;
  };
  let cases: readonly Named[];

  const configOf = (env: Env) => rightOf(readConfig({ MK0R_DATA_DIR: dataDir, ...env }));

  const kurrentCases = async (): Promise<readonly Named[]> => {
    const refusing = closing(await startKurrentStandIn());
    refusing.behaviour.refusesUser = true;
    return [
      {
        what: 'KurrentDB: a user without the rights of an administrator',
        part: 'log',
        env: { EVENTSTORE_URL: refusing.url },
        told: ['EVENTSTORE_URL', 'needs the rights of an administrator'],
      },
    ];
  };

  const firestoreCases = async (): Promise<readonly Named[]> => {
    const failing = async (method: string, code: 'UNAUTHENTICATED' | 'PERMISSION_DENIED'): Promise<Env> => {
      const firestore = closing(await startFirestoreStandIn());
      firestore.fail(method, code, { times: 100 });
      return {
        FIREBASE_PROJECT_ID: 'apps-of-ann',
        FIRESTORE_KEEPS: 'vault+views',
        FIRESTORE_EMULATOR_HOST: firestore.host,
      };
    };
    const [ended, none, reader] = await Promise.all([
      failing('BatchGetDocuments', 'UNAUTHENTICATED'),
      failing('BatchGetDocuments', 'PERMISSION_DENIED'),
      failing('Commit', 'PERMISSION_DENIED'),
    ]);
    return [
      {
        what: 'Firestore: a key that was deleted',
        part: 'vault',
        env: ended,
        told: ['Google refused the credentials', 'FIREBASE_SERVICE_ACCOUNT'],
      },
      {
        what: 'Firestore: a service account without a role',
        part: 'vault',
        env: none,
        told: ['Cloud Datastore User'],
      },
      {
        what: 'Firestore: a service account that may only read',
        part: 'views',
        env: reader,
        told: ['Cloud Datastore User'],
      },
    ];
  };

  const neonCases = async (): Promise<readonly Named[]> => {
    const full = closing(
      await startNeonStandIn({ cluster: cloud.cluster, key: KEYS.neon, projectsLimit: 1 }),
    );
    await full.create('mk0r-taken');
    const foreign = closing(
      await startNeonStandIn({ cluster: cloud.cluster, key: KEYS.neon, orgId: 'org-of-ann' }),
    );
    const limited = closing(await startNeonStandIn({ cluster: cloud.cluster, key: KEYS.neon }));
    const refusal = { status: 403, body: { code: '', message: 'this key is for one project only' } };
    limited.next(Array(10).fill(refusal), ({ path }) => path.startsWith('/api/v2/projects'));
    const at = (url: string) => ({ NEON_PROVISIONING_KEY: KEYS.neon, NEON_API_URL: url });
    return [
      {
        what: 'Neon: a key that is wrong, or was revoked',
        part: 'databases',
        env: { ...cloud.env.neon, NEON_PROVISIONING_KEY: 'napi_wrong_0123456789' },
        told: ['NEON_PROVISIONING_KEY', '401'],
      },
      {
        what: 'Neon: a key of one project',
        part: 'databases',
        env: at(limited.url),
        told: ['NEON_PROVISIONING_KEY', 'one project only'],
      },
      {
        what: 'Neon: a key of another organisation',
        part: 'databases',
        env: { ...at(foreign.url), NEON_ORG_ID: 'org-of-bob' },
        told: ['NEON_ORG_ID'],
      },
      {
        what: 'Neon: a plan that is full',
        part: 'databases',
        env: at(full.url),
        told: ['The plan is full'],
        isBroken: false,
      },
    ];
  };

  const resendCases = async (): Promise<readonly Named[]> => {
    const team = new Resend(KEYS.resend, { baseUrl: cloud.resend.url });
    const { data } = await team.apiKeys.create({ name: 'sends only', permission: 'sending_access' });
    return [
      {
        what: 'Resend: a key that is wrong, or was revoked',
        part: 'mail',
        env: { ...cloud.env.resend, RESEND_PROVISIONING_KEY: 're_wrong_0123456789' },
        told: ['RESEND_PROVISIONING_KEY'],
      },
      {
        what: 'Resend: a key that may only send',
        part: 'mail',
        env: { ...cloud.env.resend, RESEND_PROVISIONING_KEY: data?.token ?? '' },
        told: ['RESEND_PROVISIONING_KEY: it needs full access'],
      },
      {
        what: 'Resend: an address of no verified domain',
        part: 'mail',
        env: cloud.env.resend,
        told: ['RESEND_FROM is not of a verified domain'],
        isBroken: false,
      },
    ];
  };

  const githubCases = async (): Promise<readonly Named[]> => {
    const yesterday = `${new Date(Date.now() - 86_400_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    const tomorrow = `${new Date(Date.now() + 129_600_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    const github = async (options: Partial<Parameters<typeof startGithubStandIn>[0]>) =>
      closing(await startGithubStandIn({ token: KEYS.github, ...options }));
    const at = (url: string) => ({ GITHUB_PROVISIONING_TOKEN: KEYS.github, GITHUB_API_URL: url });
    const app = { appId: '31', installationId: 27, permissions: { contents: 'write' } };
    const [ended, ending, weak, ofApp] = await Promise.all([
      github({ tokenEnds: yesterday }),
      github({ tokenEnds: tomorrow }),
      github({ scopes: 'gist, repo' }),
      github({ org: 'apps', app }),
    ]);
    const asApp = (key: string) => ({
      GITHUB_APP_ID: '31',
      GITHUB_APP_INSTALLATION_ID: '27',
      GITHUB_APP_PRIVATE_KEY: key,
      GITHUB_ORG: 'apps',
      GITHUB_API_URL: ofApp.url,
    });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const another = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return [
      {
        what: 'GitHub: a token that is wrong, or was revoked',
        part: 'repositories',
        env: { ...cloud.env.github, GITHUB_PROVISIONING_TOKEN: 'ghp_wrong_0123' },
        told: ['GITHUB_PROVISIONING_TOKEN', '401'],
      },
      {
        what: 'GitHub: a token that has expired',
        part: 'repositories',
        env: at(ended.url),
        told: ['GITHUB_PROVISIONING_TOKEN'],
      },
      {
        what: 'GitHub: a token that soon expires',
        part: 'repositories',
        env: at(ending.url),
        told: ['expires in 1 days'],
        isBroken: false,
      },
      {
        what: 'GitHub: a token without a scope it needs',
        part: 'repositories',
        env: at(weak.url),
        told: ['lacks the scope delete_repo', 'github.com/settings/tokens'],
      },
      {
        what: 'GitHub: an organisation it may not see',
        part: 'repositories',
        env: { ...cloud.env.github, GITHUB_ORG: 'nobodys' },
        told: ['GITHUB_ORG'],
      },
      {
        what: 'GitHub: an App that may too little',
        part: 'repositories',
        env: asApp(ofApp.privateKey ?? ''),
        told: ['lacks the permission administration: write', "the App's settings"],
      },
      {
        what: 'GitHub: the key of another App',
        part: 'repositories',
        env: asApp(another),
        told: ['GITHUB_APP_'],
      },
    ];
  };

  const othersCases = async (): Promise<readonly Named[]> => {
    const e2b = closing(await openE2bAccount());
    const at = { E2B_API_KEY: e2b.settings.apiKey, E2B_API_URL: e2b.standIn.url };
    const model = closing(await startAnthropicStandIn({ key: 'sk-ant-api03-of-this-test-0123456789' }));
    return [
      {
        what: 'the model: a key that is wrong, or was disabled',
        part: 'model',
        env: {
          ANTHROPIC_API_KEY: 'sk-ant-api03-wrong-0123456789-0123456789',
          ANTHROPIC_BASE_URL: model.url,
        },
        told: ['ANTHROPIC_API_KEY'],
      },
      {
        what: 'PostHog: a key that is wrong',
        part: 'analytics',
        env: { ...cloud.env.posthog, POSTHOG_PROJECT_KEY: 'phc_wrong_0123456789' },
        told: ['POSTHOG_PROJECT_KEY', 'POSTHOG_HOST'],
      },
      {
        what: 'PostHog: a personal key in place of the project’s',
        part: 'analytics',
        env: { ...cloud.env.posthog, POSTHOG_PROJECT_KEY: 'phx_personal_0123456789' },
        told: ['POSTHOG_PROJECT_KEY'],
      },
      {
        what: 'Firebase: a key that is wrong',
        part: 'identity',
        env: { ...cloud.env.firebase, FIREBASE_API_KEY: 'AIzaSy_wrong_0123456789' },
        told: ['FIREBASE_API_KEY', 'Identity Toolkit'],
      },
      {
        what: 'Firebase: a key of another project',
        part: 'identity',
        env: { ...cloud.env.firebase, FIREBASE_PROJECT_ID: 'apps-of-bob' },
        told: ['FIREBASE_PROJECT_ID'],
        isBroken: false,
      },
      {
        what: 'E2B: a key that is wrong, or was deleted',
        part: 'sandboxes',
        env: { ...at, E2B_API_KEY: `e2b_${'f'.repeat(40)}` },
        told: ['E2B_API_KEY', 'e2b.dev/dashboard'],
      },
      {
        what: 'E2B: an account without the template of this version',
        part: 'sandboxes',
        env: at,
        told: ['npm run sandbox:build'],
        isBroken: false,
      },
    ];
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mk0r-keys-'));
    cloud = await startAllServices();
    cases = (
      await Promise.all([
        kurrentCases(),
        firestoreCases(),
        neonCases(),
        resendCases(),
        githubCases(),
        othersCases(),
      ])
    ).flat();
  });
  afterAll(async () => {
    for (const close of closers) await close();
    await cloud.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const findingOf = async ({ part, env }: Named): Promise<Finding> => {
    const config = configOf(env);
    // What looks at this machine takes a while, and has nothing to say of keys.
    const checks = part === 'sandboxes' ? CHECKS : SERVICE_CHECKS;
    const findings = await Promise.all(checks.map((check) => check(config, AbortSignal.timeout(30_000))));
    const found = findings.find((finding) => finding.part === part);
    if (found === undefined) throw new Error(`nothing was said of ${part}`);
    return found;
  };

  test('is named by the doctor, with what to do, and never repeated', async () => {
    const wrong: string[] = [];
    const findings = await Promise.all(cases.map(async (named) => [named, await findingOf(named)] as const));
    for (const [{ what, env, told, isBroken = true }, { state, advice, by, ms }] of findings) {
      const said = advice.join(' ');
      const secrets = Object.entries(env).flatMap(([name, value]) =>
        /KEY$|TOKEN$/.test(name) ? [value] : [],
      );
      if (state !== (isBroken ? 'does not work' : 'works, but')) wrong.push(`${what}: ${state}`);
      for (const words of told)
        if (!said.includes(words)) wrong.push(`${what}: not told "${words}": ${said}`);
      if (secrets.some((secret) => said.includes(secret))) wrong.push(`${what}: repeated`);
      if (by === 'embedded' || ms === undefined) wrong.push(`${what}: nobody was asked`);
    }
    expect(wrong).toEqual([]);
    expect(new Set(findings.map(([, { part }]) => part)).size).toBe(10);
  });

  test('is named in the log of a server that starts', async () => {
    const linesOf = async ({ env }: Named): Promise<readonly string[]> => {
      const said: string[] = [];
      const warn = (_fields: object, message: string): void => void said.push(message);
      await examineServices(configOf(env), { info: () => undefined, warn }, AbortSignal.timeout(30_000));
      return said;
    };
    // Without its sandboxes a server does not start at all, and says why.
    const services = cases.filter(({ part }) => part !== 'sandboxes');
    const lines = await Promise.all(services.map(async (named) => [named, await linesOf(named)] as const));
    for (const [{ what, part, told }, said] of lines) {
      const line = said.find((words) => words.startsWith(`${part} at `)) ?? '';
      for (const words of told) expect(line, what).toContain(words);
    }
  });
});
