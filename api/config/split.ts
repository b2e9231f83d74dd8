import type { ConfigError } from '../config.ts';
import type { Parsed } from './parse.ts';

type Name = keyof Parsed;

/** What one process alone can have, by the variable that puts it where every process reaches it. */
const SHARED: readonly { readonly anyOf: readonly Name[]; readonly because: string }[] = [
  {
    anyOf: ['EVENTSTORE_URL'],
    because: 'the log must be one that every process reads and appends to, and the embedded one is a file',
  },
  {
    anyOf: ['E2B_API_KEY'],
    because: 'sandboxes of this machine are reached by the process that started them alone, and end with it',
  },
  { anyOf: ['NEON_PROVISIONING_KEY'], because: 'the embedded Postgres is run by one process' },
  { anyOf: ['RESEND_PROVISIONING_KEY'], because: 'the embedded mail catcher keeps mail in one process' },
  {
    anyOf: ['GITHUB_PROVISIONING_TOKEN', 'GITHUB_APP_ID'],
    because: 'the embedded git host is run by one process',
  },
  { anyOf: ['POSTHOG_PROJECT_KEY'], because: 'the embedded analytics are kept by one process' },
  { anyOf: ['FIREBASE_PROJECT_ID'], because: 'the embedded sign-in knows the visitors of one process only' },
  { anyOf: ['FIREBASE_API_KEY'], because: 'without it visitors sign in at one process only' },
  {
    anyOf: ['MK0R_MASTER_KEY'],
    because: 'all processes must open the same vault and derive the same tokens; give each the same key',
  },
  {
    anyOf: ['PUBLIC_URL'],
    because: 'visitors reach all api processes under one address, and sandboxes are told that one',
  },
];

/**
 * What keeps a deployment from being split into `api` and `worker` processes, each with what to do. Everything that
 * both kinds need must be where both reach it (docs/decisions/046-api-and-worker.md).
 */
export const splitErrors = (values: Parsed): readonly ConfigError[] => {
  const { ROLE: role = 'all' } = values;
  if (role === 'all') return [];
  return SHARED.filter(({ anyOf }) => anyOf.every((name) => values[name] === undefined)).map(
    ({ anyOf, because }) => ({
      variable: anyOf[0] ?? 'ROLE',
      message: `ROLE=${role} needs ${anyOf.join(' or ')}: ${because}. Set it for every process, or use ROLE=all, which needs one server and no other.`,
    }),
  );
};
