import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../adapters/database/embedded/postgres.ts';
import { type TestCluster, testCluster } from '../../adapters/database/embedded/testing.ts';
import { type FirebaseStandIn, startFirebaseStandIn } from './firebase/server.ts';
import { type GithubStandIn, startGithubStandIn } from './github/server.ts';
import { type NeonStandIn, startNeonStandIn } from './neon/server.ts';
import { type PosthogStandIn, startPosthogStandIn } from './posthog/server.ts';
import { type ResendStandIn, startResendStandIn } from './resend/server.ts';

export const KEYS = {
  neon: 'napi_all_services_0123456789',
  resend: 're_all_services_0123456789_abcd',
  github: 'ghp_all_services_0123456789',
  posthog: 'phc_all_services_0123456789',
  firebase: 'AIzaSy_all_services_0123456789',
} as const;

const FIREBASE_PROJECT = 'apps-of-ann';

export type AllServices = {
  readonly neon: NeonStandIn;
  readonly resend: ResendStandIn;
  readonly github: GithubStandIn;
  readonly posthog: PosthogStandIn;
  readonly firebase: FirebaseStandIn;
  /** Where the databases at Neon really are. */
  readonly cluster: EmbeddedPostgres;
  /** What switches each of them on, by service. */
  readonly env: Readonly<Record<keyof typeof KEYS, Readonly<Record<string, string>>>>;
  readonly close: () => Promise<void>;
};

/** Every cloud service of a session, and who visitors are known by, as its stand-in, and the environment that points a server at it. */
export const startAllServices = async (): Promise<AllServices> => {
  const files: TestCluster = await testCluster();
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const cluster = await startEmbeddedPostgres({ dataDir: files.dataDir, port: 0, logger: silent });
  const [neon, resend, github, posthog, firebase] = await Promise.all([
    startNeonStandIn({ cluster, key: KEYS.neon }),
    startResendStandIn({ key: KEYS.resend, perSecond: 50 }),
    startGithubStandIn({ token: KEYS.github, user: 'ann' }),
    startPosthogStandIn({ projectKey: KEYS.posthog }),
    startFirebaseStandIn({ projectId: FIREBASE_PROJECT, apiKey: KEYS.firebase }),
  ]);
  return {
    neon,
    resend,
    github,
    posthog,
    firebase,
    cluster,
    env: {
      neon: { NEON_PROVISIONING_KEY: KEYS.neon, NEON_API_URL: neon.url },
      resend: {
        RESEND_PROVISIONING_KEY: KEYS.resend,
        RESEND_API_URL: resend.url,
        RESEND_FROM: 'Apps <apps@mail.example.com>',
      },
      github: { GITHUB_PROVISIONING_TOKEN: KEYS.github, GITHUB_API_URL: github.url },
      posthog: { POSTHOG_PROJECT_KEY: KEYS.posthog, POSTHOG_HOST: posthog.url },
      firebase: {
        FIREBASE_PROJECT_ID: FIREBASE_PROJECT,
        FIREBASE_API_KEY: KEYS.firebase,
        FIREBASE_API_URL: firebase.url,
      },
    },
    close: async () => {
      await Promise.all([neon, resend, github, posthog, firebase].map((standIn) => standIn.close()));
      await cluster.close();
      await files.remove();
    },
  };
};
