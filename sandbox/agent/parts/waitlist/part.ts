import type { BuiltPart } from '../../compose/built-part.ts';
import { staticFiles } from '../../compose/static-files.ts';
import { literal } from '../../compose/text.ts';

/** Who is told where neither the prompt nor the environment names somebody. */
export const PLACEHOLDER_OWNER = 'owner@example.com';

/** A page that collects e-mail addresses, keeps them, and tells the owner of each. */
export const waitlistPart = (owner: string | undefined): BuiltPart => ({
  id: 'signups',
  label: 'Waitlist',
  screen: 'SignupsScreen',
  tables: ['signups'],
  probe: '/api/signups',
  files: new Map([...staticFiles('waitlist'), ['server/owner.ts', owner ? fixedOwner(owner) : ownerFromEnv]]),
});

const fixedOwner = (owner: string): string => `/** Who is told about new signups. */
export const owner = (): string => ${literal(owner)};
`;

const ownerFromEnv = `import { env } from './env.ts';

/** Who is told about new signups: set OWNER_EMAIL in \`.env\`. */
export const owner = (): string => env().OWNER_EMAIL ?? '${PLACEHOLDER_OWNER}';
`;
