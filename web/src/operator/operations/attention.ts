import type { OpsReport } from '../../../../projections/views.ts';
import { plural } from './numbers.ts';

/** Something a person has to do, and the part of the page where they do it. */
export type Task = { readonly what: string; readonly where: string };

/** What of an installation needs somebody; nothing where it looks after itself. */
export const attention = (report: Partial<OpsReport>): readonly Task[] => {
  const { ops, orphans, process, pool, projections } = report;
  const tasks: Task[] = [];
  const note = (amount: number, what: (amount: number) => string, where: string): void => {
    if (amount > 0) tasks.push({ what: what(amount), where });
  };
  if (process?.store.state === 'down') tasks.push({ what: 'The log cannot be written', where: 'process' });
  note(ops?.parkedTotal ?? 0, (n) => `${plural(n, 'step')} given up on`, 'parked');
  note(failing(ops), (n) => `${plural(n, 'provider')} failing`, 'providers');
  note(orphans?.stuck ?? 0, (n) => `${plural(n, 'resource')} that cannot be released`, 'orphans');
  note(orphans?.orphans ?? 0, (n) => `${plural(n, 'orphan')}`, 'orphans');
  const refused = projections?.filter(({ building }) => building?.state === 'refused').length ?? 0;
  note(refused, (n) => `${plural(n, 'rebuild')} refused`, 'projections');
  const isEmpty =
    pool !== undefined && pool.target > 0 && !pool.entries.some(({ state }) => state === 'ready');
  if (isEmpty && !isUncounted(report))
    tasks.push({ what: 'Nothing stands ready in the pool', where: 'pool' });
  return tasks;
};

/** Views what the page counts is read from. While one serves nothing yet, as after a restore of the log, zero means nothing. */
const COUNTED: ReadonlySet<string> = new Set(['ops_view', 'resource_ledger', 'pool_view']);

/** Whether what the page counts is still being made from the log. */
export const isUncounted = ({ projections }: Partial<OpsReport>): boolean =>
  projections?.some(({ name, serving }) => serving === undefined && COUNTED.has(name)) ?? false;

/** Providers whose latest answer was a failure. */
const failing = (ops: OpsReport['ops'] | undefined): number =>
  ops?.providers.filter(({ lastAt, lastOkAt }) => lastAt !== undefined && lastAt > (lastOkAt ?? '')).length ??
  0;
