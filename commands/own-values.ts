import type { Replacement, SessionState } from '../domain/session/state.ts';

/** The owner's own values in the vault, each under the name of its replacement: what a command lost is never in use. */
const PREFIX = 'own:';

export const ownValueName = (name: string, replaceId: string): string => `${PREFIX}${name}:${replaceId}`;
/** The variable an own value is of, or `undefined` for what is none. */
export const variableOfOwn = (name: string): string | undefined =>
  name.startsWith(PREFIX) ? name.slice(PREFIX.length).split(':', 1)[0] : undefined;

export type OwnValues = {
  /** What stands in the file instead of a service's value, or beside them. */
  readonly values: Readonly<Record<string, string>>;
  /** The replacements they are of, put back ones included. */
  readonly ids: Readonly<Record<string, string>>;
  /** Variables whose replacement is not in the file yet: it takes the place of whatever is there. */
  readonly pending: readonly string[];
};

export const ownValuesOf = (
  { replaced = {}, env }: Pick<SessionState, 'replaced' | 'env'>,
  vault: Readonly<Record<string, string>>,
): OwnValues => {
  const all = Object.entries(replaced);
  const values = all.flatMap(([name, { by, replaceId }]: [string, Replacement]): [string, string][] => {
    const value = by === 'own' ? vault[ownValueName(name, replaceId)] : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return {
    values: Object.fromEntries(values),
    ids: Object.fromEntries(all.map(([name, { replaceId }]) => [name, replaceId])),
    pending: all.filter(([name, { replaceId }]) => env?.own?.[name] !== replaceId).map(([name]) => name),
  };
};
