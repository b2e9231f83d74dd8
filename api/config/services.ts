import { createPrivateKey } from 'node:crypto';
import { isLeft } from 'fp-ts/lib/Either.js';
import { type KurrentAddress, parseKurrentUrl } from '../../adapters/event-store/kurrent/address.ts';
import type { ConfigError } from '../config.ts';
import {
  type FirestoreConfig,
  firestoreErrors,
  firestoreSecrets,
  firestoreWarnings,
  isFirestoreWanted,
  toFirestoreConfig,
} from './firestore.ts';
import type { Parsed } from './parse.ts';

/** Services of sessions that are in the cloud; one that is absent is served by its embedded part. */
export type CloudServices = {
  /** The log; unlike the others not of a session. */
  readonly kurrent?: KurrentAddress;
  readonly neon?: { readonly key: string; readonly orgId?: string; readonly apiUrl?: string };
  readonly resend?: {
    readonly key: string;
    readonly from?: string;
    readonly domainId?: string;
    readonly apiUrl?: string;
  };
  readonly github?: {
    readonly credentials: GithubCredentials;
    readonly org?: string;
    readonly apiUrl?: string;
  };
  readonly posthog?: { readonly projectKey: string; readonly host: string };
  readonly firebase?: {
    readonly projectId: string;
    readonly apiKey: string;
    readonly authDomain: string;
    readonly apiUrl?: string;
  };
  /** Vault and views, or one of them; like the log not of a session. */
  readonly firestore?: FirestoreConfig;
};

export type GithubCredentials =
  | { readonly token: string }
  | { readonly appId: string; readonly privateKey: string; readonly installationId: number };

const POSTHOG_US = 'https://us.i.posthog.com';

/** Which services the variables switch on. What belongs together is checked by `serviceErrors`. */
export const toCloudServices = (values: Parsed): CloudServices => {
  const github = githubCredentials(values);
  return {
    ...kurrentOf(values),
    ...(values.NEON_PROVISIONING_KEY === undefined
      ? {}
      : {
          neon: {
            key: values.NEON_PROVISIONING_KEY,
            ...optional('orgId', values.NEON_ORG_ID),
            ...optional('apiUrl', trimmed(values.NEON_API_URL)),
          },
        }),
    ...(values.RESEND_PROVISIONING_KEY === undefined
      ? {}
      : {
          resend: {
            key: values.RESEND_PROVISIONING_KEY,
            ...optional('from', values.RESEND_FROM),
            ...optional('domainId', values.RESEND_DOMAIN_ID),
            ...optional('apiUrl', trimmed(values.RESEND_API_URL)),
          },
        }),
    ...(github === undefined
      ? {}
      : {
          github: {
            credentials: github,
            ...optional('org', values.GITHUB_ORG),
            ...optional('apiUrl', trimmed(values.GITHUB_API_URL)),
          },
        }),
    ...(values.POSTHOG_PROJECT_KEY === undefined
      ? {}
      : {
          posthog: {
            projectKey: values.POSTHOG_PROJECT_KEY,
            host: trimmed(values.POSTHOG_HOST) ?? POSTHOG_US,
          },
        }),
    ...firebase(values),
    ...toFirestoreConfig(values),
  };
};

const firebase = (values: Parsed): Pick<CloudServices, 'firebase'> => {
  const { FIREBASE_PROJECT_ID: projectId, FIREBASE_API_KEY: apiKey, FIREBASE_API_URL: url } = values;
  if (projectId === undefined || apiKey === undefined) return {};
  const authDomain = values.FIREBASE_AUTH_DOMAIN ?? `${projectId}.firebaseapp.com`;
  return {
    firebase: { projectId, apiKey, authDomain, ...optional('apiUrl', url && new URL(url).origin) },
  };
};

const githubCredentials = (values: Parsed): GithubCredentials | undefined => {
  const { GITHUB_APP_ID: appId, GITHUB_APP_PRIVATE_KEY: pem, GITHUB_APP_INSTALLATION_ID: id } = values;
  if (appId !== undefined && pem !== undefined && id !== undefined)
    return { appId, privateKey: pemOf(pem), installationId: Number(id) };
  return values.GITHUB_PROVISIONING_TOKEN === undefined
    ? undefined
    : { token: values.GITHUB_PROVISIONING_TOKEN };
};

/** A PEM on one line, as some deployment tools want it, or base64 of one. */
const pemOf = (text: string): string =>
  text.startsWith('-----') ? text.replaceAll('\\n', '\n') : Buffer.from(text, 'base64').toString('utf8');

const APP = ['GITHUB_APP_ID', 'GITHUB_APP_PRIVATE_KEY', 'GITHUB_APP_INSTALLATION_ID'] as const;

/** What is wrong with variables that are each right on their own. */
export const serviceErrors = (values: Parsed): readonly ConfigError[] => [
  ...kurrentErrors(values),
  ...githubErrors(values),
  ...firebaseErrors(values),
  ...firestoreErrors(values),
];

const kurrentOf = ({ EVENTSTORE_URL: url }: Parsed): Pick<CloudServices, 'kurrent'> => {
  const parsed = url === undefined ? undefined : parseKurrentUrl(url);
  return parsed === undefined || isLeft(parsed) ? {} : { kurrent: parsed.right };
};

const kurrentErrors = ({ EVENTSTORE_URL: url }: Parsed): readonly ConfigError[] => {
  const parsed = url === undefined ? undefined : parseKurrentUrl(url);
  return parsed !== undefined && isLeft(parsed) ? [{ variable: 'EVENTSTORE_URL', message: parsed.left }] : [];
};

const firebaseErrors = (values: Parsed): readonly ConfigError[] =>
  values.FIREBASE_PROJECT_ID !== undefined &&
  values.FIREBASE_API_KEY === undefined &&
  !isFirestoreWanted(values)
    ? [
        {
          variable: 'FIREBASE_API_KEY',
          message:
            'FIREBASE_API_KEY must be set with FIREBASE_PROJECT_ID: the page signs visitors in with it. Firebase console, Project settings, General, Web API key. For Firestore alone, set FIREBASE_SERVICE_ACCOUNT or FIRESTORE_KEEPS.',
        },
      ]
    : [];

const githubErrors = (values: Parsed): readonly ConfigError[] => {
  const missing = APP.filter((name) => values[name] === undefined);
  if (missing.length === APP.length) return [];
  const errors: ConfigError[] = missing.map((variable) => ({
    variable,
    message: `${variable} must be set as well: a GitHub App is configured by ${APP.join(', ')} together.`,
  }));
  if (values.GITHUB_ORG === undefined)
    errors.push({
      variable: 'GITHUB_ORG',
      message:
        'GITHUB_ORG must be set with a GitHub App: an App can create repositories in an organisation only.',
    });
  if (values.GITHUB_PROVISIONING_TOKEN !== undefined)
    errors.push({
      variable: 'GITHUB_PROVISIONING_TOKEN',
      message: 'GITHUB_PROVISIONING_TOKEN must not be set beside a GitHub App: remove one of the two.',
    });
  const pem = values.GITHUB_APP_PRIVATE_KEY;
  if (pem !== undefined && !isPrivateKey(pemOf(pem)))
    errors.push({
      variable: 'GITHUB_APP_PRIVATE_KEY',
      message: 'GITHUB_APP_PRIVATE_KEY is not a readable RSA private key. Download it anew from the App.',
    });
  return errors;
};

const isPrivateKey = (pem: string): boolean => {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
};

/** What is set without what would give it a meaning. */
export const serviceWarnings = (values: Parsed): readonly string[] => {
  const without = (key: keyof Parsed, names: readonly (keyof Parsed)[]) =>
    values[key] !== undefined
      ? []
      : names
          .filter((name) => values[name] !== undefined)
          .map((name) => `${name} has no effect without ${key}: the embedded part serves`);
  const resend = values.RESEND_PROVISIONING_KEY !== undefined && values.RESEND_FROM === undefined;
  return [
    ...without('NEON_PROVISIONING_KEY', ['NEON_ORG_ID', 'NEON_API_URL']),
    ...without('RESEND_PROVISIONING_KEY', ['RESEND_FROM', 'RESEND_DOMAIN_ID', 'RESEND_API_URL']),
    ...without('POSTHOG_PROJECT_KEY', ['POSTHOG_HOST']),
    ...without('FIREBASE_PROJECT_ID', ['FIREBASE_API_KEY', 'FIREBASE_AUTH_DOMAIN', 'FIREBASE_API_URL']),
    ...(githubCredentials(values) === undefined
      ? without('GITHUB_PROVISIONING_TOKEN', ['GITHUB_ORG', 'GITHUB_API_URL'])
      : []),
    ...(values.EVENTSTORE_URL !== undefined && values.E2B_API_KEY === undefined
      ? [
          'EVENTSTORE_URL is set and sandboxes are on this machine: no second server may use this log, because it would take the sandboxes here for lost',
        ]
      : []),
    ...firestoreWarnings(values),
    ...(resend ? ['RESEND_FROM is not set: Resend sends for apps to your own address only'] : []),
  ];
};

/** Secrets among them, for the log's scrubber. PostHog's key is public by design. */
export const serviceSecrets = ({
  kurrent,
  neon,
  resend,
  github,
  firestore,
}: CloudServices): readonly string[] => [
  ...firestoreSecrets(firestore),
  ...(kurrent === undefined ? [] : [kurrent.connectionString, kurrent.credentials.password]),
  ...(neon === undefined ? [] : [neon.key]),
  ...(resend === undefined ? [] : [resend.key]),
  ...(github === undefined
    ? []
    : 'token' in github.credentials
      ? [github.credentials.token]
      : [github.credentials.privateKey]),
];

const trimmed = (url: string | undefined): string | undefined => url?.replace(/\/+$/, '');

const optional = <K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
