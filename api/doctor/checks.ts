import { diagnosePosthog } from '../../adapters/analytics/diagnose.ts';
import { diagnoseNeon } from '../../adapters/database/neon/diagnose.ts';
import { diagnoseKurrent } from '../../adapters/event-store/kurrent/diagnose.ts';
import { diagnoseFirebase } from '../../adapters/identity/firebase/diagnose.ts';
import { diagnoseResend } from '../../adapters/mail/diagnose.ts';
import { diagnoseModel } from '../../adapters/model/diagnose.ts';
import { diagnoseFirestoreViews } from '../../adapters/read-models/firestore/diagnose.ts';
import { requireGit } from '../../adapters/repository/embedded/git.ts';
import { diagnoseGithub } from '../../adapters/repository/github/diagnose.ts';
import { chooseProfile } from '../../adapters/sandboxes/local/isolation/probe.ts';
import { tiers } from '../../adapters/sandboxes/local/profile.ts';
import { diagnoseFirestoreVault } from '../../adapters/vault/firestore/diagnose.ts';
import { readMasterKey } from '../../adapters/vault/master-key.ts';
import { e2bTemplate } from '../composition/e2b-template.ts';
import { viewsInFirestore } from '../composition/storage/read-models.ts';
import { asked, type Check, embedded, type Finding } from './check.ts';

/** `baseUrl` is what adapters call the address of an API. */
const at = (apiUrl: string | undefined) => (apiUrl === undefined ? {} : { baseUrl: apiUrl });

const log: Check = async ({ services: { kurrent } }, signal) =>
  kurrent === undefined
    ? embedded('log', 'EVENTSTORE_URL')
    : asked('log', 'KurrentDB', diagnoseKurrent(kurrent), signal);

const vault: Check = async ({ services: { firestore }, dataDir, masterKey }, signal) =>
  firestore?.keeps.vault !== true
    ? embedded('vault', 'FIRESTORE_KEEPS')
    : asked(
        'vault',
        'Firestore',
        diagnoseFirestoreVault(firestore, masterKey ?? readMasterKey(dataDir)),
        signal,
      );

const views: Check = async (config, signal) => {
  const firestore = viewsInFirestore(config);
  return firestore === undefined
    ? embedded('views', 'FIRESTORE_KEEPS')
    : asked('views', 'Firestore', diagnoseFirestoreViews(firestore), signal);
};

const databases: Check = async ({ services: { neon } }, signal) =>
  neon === undefined
    ? embedded('databases', 'NEON_PROVISIONING_KEY')
    : asked('databases', 'Neon', diagnoseNeon({ ...neon, ...at(neon.apiUrl) }), signal);

const mail: Check = async ({ services: { resend } }, signal) =>
  resend === undefined
    ? embedded('mail', 'RESEND_PROVISIONING_KEY')
    : asked('mail', 'Resend', diagnoseResend({ ...resend, ...at(resend.apiUrl) }), signal);

const repositories: Check = async ({ services: { github } }, signal) =>
  github === undefined
    ? embedded('repositories', 'GITHUB_PROVISIONING_TOKEN')
    : asked('repositories', 'GitHub', diagnoseGithub({ ...github, ...at(github.apiUrl) }), signal);

const analytics: Check = async ({ services: { posthog } }, signal) =>
  posthog === undefined
    ? embedded('analytics', 'POSTHOG_PROJECT_KEY')
    : asked('analytics', 'PostHog', diagnosePosthog(posthog), signal);

const identity: Check = async ({ services: { firebase } }, signal) =>
  firebase === undefined
    ? embedded('identity', 'FIREBASE_PROJECT_ID')
    : asked('identity', 'Firebase', diagnoseFirebase(firebase), signal);

const model: Check = async ({ model }, signal) =>
  model === undefined
    ? embedded('model', 'ANTHROPIC_API_KEY')
    : asked('model', new URL(model.baseUrl).host, diagnoseModel(model), signal);

const broken = (part: string, error: unknown): Finding => ({
  part,
  by: 'this machine',
  state: 'does not work',
  identity: '',
  limits: '',
  advice: [error instanceof Error ? error.message : String(error)],
});

const git: Check = async () =>
  requireGit().then(
    () => ({
      part: 'git',
      by: 'this machine',
      state: 'works',
      identity: 'installed and new enough',
      limits: '',
      advice: [],
    }),
    (error: unknown) => broken('git', error),
  );

/** E2B is asked where it has the sandboxes; its SDK is loaded only then. */
const sandboxes: Check = async (config, signal) => {
  if (config.e2b === undefined) return sandboxesHere(config, signal);
  const { diagnoseE2b } = await import('../../adapters/sandboxes/e2b/diagnose.ts');
  const { settings, template } = await e2bTemplate(config.e2b);
  return asked('sandboxes', 'E2B', diagnoseE2b(settings, template), signal);
};

/** Runs the real command line of each tier until one holds, as the server does when it starts. */
const sandboxesHere: Check = async ({ dataDir, isolation: wanted }) => {
  const tier = tiers.find((name) => name === wanted);
  try {
    const { profile, refused } = await chooseProfile({
      dataDir,
      ...(tier === undefined ? {} : { require: tier }),
    });
    const { isolation } = profile;
    const isNone = isolation.tier === 'process';
    return {
      part: 'sandboxes',
      by: 'this machine',
      state: isNone ? 'works, but' : 'works',
      identity: `isolation ${isolation.tier}`,
      limits: isolation.limits,
      advice: isNone ? [isolation.summary, ...refused] : [],
    };
  } catch (error) {
    return broken('sandboxes', error);
  }
};

/** Services that are asked over the network where their key is set. A further one adds its check here. */
export const SERVICE_CHECKS: readonly Check[] = [
  log,
  model,
  vault,
  views,
  databases,
  mail,
  repositories,
  analytics,
  identity,
];

/** Everything `doctor` looks at, in the order it tells it. */
export const CHECKS: readonly Check[] = [...SERVICE_CHECKS, git, sandboxes];
