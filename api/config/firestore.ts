import { createPrivateKey } from 'node:crypto';
import { Type } from 'typebox';
import type { ConfigError } from '../config.ts';
import { name, oneOf, type Variable, variable } from './kinds.ts';
import type { Parsed } from './parse.ts';

/** What is kept in Firestore in place of the data directory, each on its own. */
export const FIRESTORE_VARIABLES = {
  FIREBASE_SERVICE_ACCOUNT: variable(
    Type.String({ maxLength: 10_000, pattern: '^(\\{[\\s\\S]+\\}|[A-Za-z0-9+/=\\s]{500,})$' }),
    {
      must: "a service account's key file: its JSON, or base64 of it",
      meaning:
        'Vault and views in the Firestore of FIREBASE_PROJECT_ID, with this service account; it needs the role Cloud Datastore User. Firebase console, Project settings, Service accounts.',
      example: 'the output of: base64 -w0 service-account.json',
      otherwise: 'vault and views are files in the data directory, unless FIRESTORE_KEEPS says otherwise',
      secret: true,
    },
  ),
  FIRESTORE_KEEPS: oneOf(
    ['vault+views', 'vault', 'views', 'nothing'],
    'Which of the two are in Firestore. Needs FIREBASE_PROJECT_ID; without FIREBASE_SERVICE_ACCOUNT the credentials of the machine are used (GOOGLE_APPLICATION_CREDENTIALS, or those of the cloud it runs in). Set MK0R_MASTER_KEY with a vault there.',
    'vault+views with FIREBASE_SERVICE_ACCOUNT, else nothing',
  ),
  FIRESTORE_DATABASE: name('^(\\(default\\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$', 'the id of a database', {
    meaning: 'The Firestore database, in Native mode, if the project has several.',
    example: 'mk0r-production',
    otherwise: '(default)',
  }),
  FIRESTORE_PREFIX: name('^[a-z][a-z0-9_]{0,39}$', 'small letters, digits and _', {
    meaning:
      'Begins the names of the collections. Two installations in one database each need their own; it stays as it is from then on, since a vault is found by it.',
    example: 'mk0r_staging',
    otherwise: 'mk0r',
  }),
  FIRESTORE_EMULATOR_HOST: name('^[A-Za-z0-9.:_\\[\\]-]+:[0-9]{1,5}$', 'a host and a port', {
    meaning:
      'An emulator in place of Firestore. It asks nobody for credentials, so it is refused where NODE_ENV is production or PUBLIC_URL is not of this machine.',
    example: 'localhost:8080',
    otherwise: 'Firestore itself',
  }),
} as const satisfies Record<string, Variable>;

export type ServiceAccountKey = {
  readonly projectId?: string;
  readonly clientEmail: string;
  readonly privateKey: string;
};

/** Where and as whom; and which of the two things that can be kept there are. */
export type FirestoreConfig = {
  readonly projectId: string;
  readonly serviceAccount?: ServiceAccountKey;
  /** `host:port`. */
  readonly emulator?: string;
  readonly databaseId?: string;
  readonly prefix: string;
  readonly keeps: { readonly vault: boolean; readonly views: boolean };
};

const DEFAULT_PREFIX = 'mk0r';

/** Which of the two the variables send there. */
const kept = ({ FIRESTORE_KEEPS: keeps, FIREBASE_SERVICE_ACCOUNT: account }: Parsed) => {
  const said = keeps ?? (account === undefined ? 'nothing' : 'vault+views');
  return { vault: said.includes('vault'), views: said.includes('views') };
};

/** Whether anything is kept in Firestore. */
export const isFirestoreWanted = (values: Parsed): boolean => Object.values(kept(values)).includes(true);

export const toFirestoreConfig = (values: Parsed): { readonly firestore?: FirestoreConfig } => {
  const { FIREBASE_PROJECT_ID: projectId, FIRESTORE_DATABASE: databaseId } = values;
  if (projectId === undefined || !isFirestoreWanted(values)) return {};
  const serviceAccount = accountOf(values);
  const emulator = values.FIRESTORE_EMULATOR_HOST;
  return {
    firestore: {
      projectId,
      prefix: values.FIRESTORE_PREFIX ?? DEFAULT_PREFIX,
      keeps: kept(values),
      ...(serviceAccount === undefined ? {} : { serviceAccount }),
      ...(emulator === undefined ? {} : { emulator }),
      ...(databaseId === undefined ? {} : { databaseId }),
    },
  };
};

const accountOf = ({ FIREBASE_SERVICE_ACCOUNT: text }: Parsed): ServiceAccountKey | undefined => {
  if (text === undefined) return undefined;
  const json = text.startsWith('{') ? text : Buffer.from(text, 'base64').toString('utf8');
  try {
    const file = JSON.parse(json) as Readonly<Record<string, unknown>>;
    const { client_email: clientEmail, private_key: privateKey, project_id: projectId } = file;
    if (typeof clientEmail !== 'string' || typeof privateKey !== 'string') return undefined;
    if (createPrivateKey(privateKey).asymmetricKeyType !== 'rsa') return undefined;
    return { clientEmail, privateKey, ...(typeof projectId === 'string' ? { projectId } : {}) };
  } catch {
    return undefined;
  }
};

const HERE = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/;

/** What is wrong with variables that are each right on their own. */
export const firestoreErrors = (values: Parsed): readonly ConfigError[] => {
  const errors: ConfigError[] = [];
  if (values.FIREBASE_SERVICE_ACCOUNT !== undefined && accountOf(values) === undefined)
    errors.push({
      variable: 'FIREBASE_SERVICE_ACCOUNT',
      message:
        'FIREBASE_SERVICE_ACCOUNT is not the key file of a service account: it must have client_email and a readable private_key. Make a new one: Firebase console, Project settings, Service accounts.',
    });
  if (isFirestoreWanted(values) && values.FIREBASE_PROJECT_ID === undefined)
    errors.push({
      variable: 'FIREBASE_PROJECT_ID',
      message: `FIREBASE_PROJECT_ID must be set with ${values.FIRESTORE_KEEPS === undefined ? 'FIREBASE_SERVICE_ACCOUNT' : 'FIRESTORE_KEEPS'}: it says whose Firestore keeps vault or views.`,
    });
  const isElsewhere = values.PUBLIC_URL !== undefined && !HERE.test(values.PUBLIC_URL);
  if (values.FIRESTORE_EMULATOR_HOST !== undefined && (values.NODE_ENV === 'production' || isElsewhere))
    errors.push({
      variable: 'FIRESTORE_EMULATOR_HOST',
      message: `FIRESTORE_EMULATOR_HOST must not be set ${isElsewhere ? 'where PUBLIC_URL is an address others reach' : 'with NODE_ENV=production'}: an emulator lets everybody read and write. Unset it.`,
    });
  return errors;
};

/** What is set without what would give it a meaning, or works for now only. */
export const firestoreWarnings = (values: Parsed): readonly string[] => {
  const { vault } = kept(values);
  const unused = isFirestoreWanted(values)
    ? []
    : (['FIRESTORE_DATABASE', 'FIRESTORE_PREFIX', 'FIRESTORE_EMULATOR_HOST'] as const)
        .filter((variable) => values[variable] !== undefined)
        .map(
          (variable) =>
            `${variable} has no effect without FIRESTORE_KEEPS or FIREBASE_SERVICE_ACCOUNT: vault and views are files in the data directory`,
        );
  return [
    ...unused,
    ...(vault && values.MK0R_MASTER_KEY === undefined
      ? [
          'the vault is in Firestore and MK0R_MASTER_KEY is not set: its master key is a file in the data directory, without which nothing in it can be read',
        ]
      : []),
  ];
};

/** Secrets among them, for the log's scrubber. */
export const firestoreSecrets = (config: FirestoreConfig | undefined): readonly string[] =>
  config?.serviceAccount === undefined ? [] : [config.serviceAccount.privateKey];
