import { parse } from 'dotenv';
import { SERVICE_ENV_NAMES, SERVICES, type ServiceName } from '../../domain/services.ts';

export type MaskedVariable = {
  readonly name: string;
  readonly masked: string;
  readonly service: ServiceName | 'yours';
};

const SERVICE_OF = new Map<string, ServiceName>(
  SERVICES.flatMap((service) =>
    SERVICE_ENV_NAMES[service].map((name): [string, ServiceName] => [name, service]),
  ),
);

/** Enough to recognise a value by, too little to use it. */
const mask = (value: string): string =>
  value.length < 16 ? '••••••••' : `${value.slice(0, 4)}••••${value.slice(-4)}`;

/**
 * The variables of `/app/.env`: as we wrote them, and where the file could be read also what the user changed or added.
 */
export const maskEnv = (
  names: readonly string[],
  values: Readonly<Record<string, string>>,
  file: string | undefined,
): readonly MaskedVariable[] => {
  const inFile = file === undefined ? {} : parse(file);
  const all = [...new Set([...names, ...Object.keys(inFile)])];
  return all.flatMap((name): MaskedVariable[] => {
    const ours = values[name];
    const theirs = inFile[name];
    if (theirs !== undefined && theirs !== ours) return [{ name, masked: mask(theirs), service: 'yours' }];
    if (ours === undefined) return [];
    return [{ name, masked: mask(ours), service: SERVICE_OF.get(name) ?? 'yours' }];
  });
};
