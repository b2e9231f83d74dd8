import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bakeTemplate } from '../../adapters/sandboxes/local/bake.ts';
import { removeTree } from '../../adapters/sandboxes/local/remove.ts';
import { sandboxBuild } from '../../api/cli/sandbox-build.ts';
import { borrowTemplates, lendTemplates } from '../support/templates.ts';
import { type AllServices, startAllServices } from './all-services.ts';
import { type E2bStandIn, startE2bStandIn } from './e2b/start.ts';
import { type FirestoreStandIn, startFirestoreStandIn } from './firestore/server.ts';
import { type KurrentStandIn, startKurrentStandIn } from './kurrent/server.ts';

const SOURCES = join(import.meta.dirname, '../../sandbox');
const API_KEY = `e2b_${'0123456789abcdef'.repeat(3).slice(0, 40)}`;

export type WholeCloud = {
  readonly services: AllServices;
  readonly kurrent: KurrentStandIn;
  readonly firestore: FirestoreStandIn;
  readonly e2b: E2bStandIn;
  /** What a server needs to have everything there, and nothing in its data directory. */
  readonly env: Readonly<Record<string, string>>;
  /** Keys that no visitor, log or sandbox may see. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
};

/** Every cloud service there is an adapter for, as its stand-in, with our template built at E2B as an operator builds it. */
export const startWholeCloud = async (): Promise<WholeCloud> => {
  const root = mkdtempSync(join(tmpdir(), 'mk0r-whole-cloud-'));
  // The machines' own users have to pass through.
  chmodSync(root, 0o711);
  borrowTemplates(root);
  const baked = await bakeTemplate({ sourceDir: SOURCES, dataDir: root, log: () => undefined });
  lendTemplates(root);
  const [services, kurrent, firestore, e2b] = await Promise.all([
    startAllServices(),
    startKurrentStandIn({ nodes: 3 }),
    startFirestoreStandIn(),
    startE2bStandIn({ apiKey: API_KEY, baked }),
  ]);
  const masterKey = randomBytes(32).toString('base64');
  const env = {
    ...Object.assign({}, ...Object.values(services.env)),
    EVENTSTORE_URL: kurrent.url,
    FIRESTORE_KEEPS: 'vault+views',
    FIRESTORE_EMULATOR_HOST: firestore.host,
    MK0R_MASTER_KEY: masterKey,
    E2B_API_KEY: API_KEY,
    E2B_API_URL: e2b.url,
    E2B_SANDBOX_URL: e2b.url,
  };
  const said: string[] = [];
  if ((await sandboxBuild([], { env, say: (line) => said.push(line) })) !== 0)
    throw new Error(`the template could not be built:\n${said.join('\n')}`);
  const { NEON_PROVISIONING_KEY, RESEND_PROVISIONING_KEY, GITHUB_PROVISIONING_TOKEN } = env as Record<
    string,
    string
  >;
  return {
    services,
    kurrent,
    firestore,
    e2b,
    env,
    secrets: {
      'master key': masterKey,
      'key of E2B': API_KEY,
      'key of Neon': NEON_PROVISIONING_KEY ?? '',
      'key of Resend': RESEND_PROVISIONING_KEY ?? '',
      'token of GitHub': GITHUB_PROVISIONING_TOKEN ?? '',
    },
    close: async () => {
      await e2b.close();
      kurrent.close();
      await firestore.close();
      await services.close();
      await removeTree(root);
    },
  };
};
