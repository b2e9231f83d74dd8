import { VARIABLES } from './variables.ts';

/** Lines about what is set but not read: a mistyped name. */
export const unreadVariables = (env: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.keys(env)
    .filter((name) => env[name] !== '')
    .flatMap((name) => (isForeign(name) ? [] : [unread(name)]));

const isForeign = (name: string): boolean =>
  Object.hasOwn(VARIABLES, name) ||
  // Read by whoever spawns or tests this server, not by its configuration.
  /^MK0R_(TEST|FAILPOINT|CHROMIUM|BENCH|SETUP|SERVER)/.test(name) ||
  !name.startsWith('MK0R_');

const unread = (name: string): string => {
  const near = Object.keys(VARIABLES).find((known) => alike(known, name));
  return `${name} is not a variable of mk0r${near ? `; did you mean ${near}?` : ' (.env.example lists them all)'}`;
};

/** The same letters but for separators, or one name beginning like the other. */
const alike = (known: string, given: string): boolean => {
  const [a, b] = [known, given].map((name) => name.replaceAll('_', ''));
  return a !== undefined && b !== undefined && (a === b || (b.length > 7 && a.startsWith(b)));
};
