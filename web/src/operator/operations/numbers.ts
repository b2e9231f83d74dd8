import type { ProjectionStatus } from '../../../../projections/status.ts';

/** `1,204`; a dash for what nobody has measured yet. */
export const count = (value: number | undefined): string =>
  value === undefined ? '–' : value.toLocaleString('en');

/** `87 %`; a dash where there is nothing to take a share of. */
export const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`;

/** `84 MB`, `1.2 GB`. */
export const bytes = (value: number): string => {
  const mega = value / 1_048_576;
  return mega < 1_024 ? `${Math.round(mega)} MB` : `${(mega / 1_024).toFixed(1)} GB`;
};

/** So much of the log, as its store counts it: `1,204` events, or `3 kB`. */
export const ofLog = (amount: number, unit: ProjectionStatus['unit']): string => {
  if (unit === undefined) return count(amount);
  return amount < 1_048_576 ? `${Math.ceil(amount / 1_024)} kB` : bytes(amount);
};

export const plural = (amount: number, one: string, many = `${one}s`): string =>
  `${count(amount)} ${amount === 1 ? one : many}`;
