/** What a relay of ours calls a service with stands in the vault under a name no env file is made of. */
const PREFIX = 'kept:';

export const keptName = (name: string): string => `${PREFIX}${name}`;

export const keptValues = (kept: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(kept).map(([name, value]) => [keptName(name), value]));
