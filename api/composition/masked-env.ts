import { SERVICE_ENV_NAMES, SERVICES, type ServiceName } from '../../domain/services.ts';

export type MaskedVariable = {
  readonly name: string;
  readonly masked: string;
  readonly service: ServiceName | 'yours';
  /** Its owner has replaced it here, and can put it back. */
  readonly replaced: boolean;
};

const SERVICE_OF = new Map<string, ServiceName>(
  SERVICES.flatMap((service) =>
    SERVICE_ENV_NAMES[service].map((name): [string, ServiceName] => [name, service]),
  ),
);

/** Enough to recognise a value by, too little to use it. */
const mask = (value: string): string =>
  value.length < 16 ? '••••••••' : `${value.slice(0, 4)}••••${value.slice(-4)}`;

/** Names are the user's to choose: `constructor` is one, and no property of every object. */
export const valueIn = (values: Values, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

type Values = Readonly<Record<string, string>>;

/**
 * The variables of `/app/.env`: as we wrote them, and where the file could be read also what the user changed or added.
 */
export const maskEnv = ({
  names,
  given,
  own,
  file = {},
}: {
  readonly names: readonly string[];
  /** What services gave, by variable. */
  readonly given: Values;
  /** What their owner put in their place. */
  readonly own: Values;
  readonly file: Values | undefined;
}): readonly MaskedVariable[] => {
  const all = [...new Set([...names, ...Object.keys(own), ...Object.keys(file)])];
  return all.flatMap((name): MaskedVariable[] => {
    const replaced = Object.hasOwn(own, name);
    const ours = names.includes(name) ? valueIn(given, name) : undefined;
    const theirs = valueIn(file, name) ?? valueIn(own, name);
    if (theirs !== undefined && theirs !== ours)
      return [{ name, masked: mask(theirs), service: 'yours', replaced }];
    return ours === undefined
      ? []
      : [{ name, masked: mask(ours), service: SERVICE_OF.get(name) ?? 'yours', replaced }];
  });
};
