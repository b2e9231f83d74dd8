import { useState } from 'react';
import type { Durations, OpsView, StepOps } from '../../../../projections/views.ts';
import { stepName } from '../../session/events/words.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { duration } from '../../ui/time.ts';
import { Card, Nothing } from '../card.tsx';
import { count } from './numbers.ts';
import { place } from './scale.ts';

type Line = {
  readonly name: string;
  readonly took: Durations;
  readonly running?: number;
  readonly failures?: StepOps['failures'];
};

const linesOf = ({ boot, steps }: OpsView, all: boolean): readonly Line[] => [
  { name: 'What a visitor waits', took: boot.fromClaim },
  { name: 'Whole boot', took: boot.fromPlan },
  ...steps
    .filter(({ group }) => all || group === 'boot')
    .map(({ step, took, running, failures }) => ({ name: stepName(step), took, running, failures })),
];

const time = (ms: number | undefined): string => (ms === undefined ? '–' : duration(ms));

/** From half of all attempts to 99 of 100, on a scale that is the same for all lines. */
const Spread = ({ took, longest }: { readonly took: Durations; readonly longest: number }) => {
  if (took.p50 === undefined) return null;
  const [from, mid, to] = [took.p50, took.p95, took.p99].map((ms) => place(ms ?? 0, longest) * 100);
  if (from === undefined || mid === undefined || to === undefined) return null;
  return (
    <span aria-hidden="true" className="relative block h-1.5 rounded-full bg-sunken">
      <span className="absolute inset-y-0 left-0 rounded-full bg-alive" style={{ width: `${from}%` }} />
      <span
        className="absolute inset-y-0 rounded-full bg-alive opacity-55"
        style={{ left: `${from}%`, width: `${mid - from}%` }}
      />
      <span
        className="absolute inset-y-0 rounded-full bg-alive opacity-25"
        style={{ left: `${mid}%`, width: `${to - mid}%` }}
      />
    </span>
  );
};

const failed = (failures: StepOps['failures'] = {}): string => {
  const codes = Object.entries(failures);
  const all = codes.reduce((sum, [, amount]) => sum + amount, 0);
  return all === 0 ? '' : count(all);
};

const why = (failures: StepOps['failures'] = {}): string =>
  Object.entries(failures)
    .map(([code, amount]) => `${code}: ${amount}`)
    .join(', ');

const NARROW = '@max-2xl:hidden';
const HEADS = [
  ['Step', ''],
  ['Spread', `w-[26%] ${NARROW}`],
  ['p50', 'text-right'],
  ['p95', 'text-right'],
  ['p99', 'text-right'],
  ['Longest', `text-right ${NARROW}`],
  ['Done', `text-right ${NARROW}`],
  ['Failed', 'text-right'],
] as const;

/** How long each step of a boot takes, and how often it fails. */
export const LatenciesCard = ({ ops, className }: { readonly ops: OpsView; readonly className?: string }) => {
  const [all, setAll] = useState(false);
  const lines = linesOf(ops, all);
  const longest = Math.max(1, ...lines.map(({ took }) => took.p99 ?? 0));
  return (
    <Card
      title="Step latencies"
      about="Attempts that succeeded, from intent to outcome; the bar ends where 50, 95 and 99 of 100 are done (the scale is not linear)."
      className={className ?? ''}
      action={
        <Button small aria-pressed={all} onClick={() => setAll(!all)}>
          {all ? 'Boot only' : 'All steps'}
        </Button>
      }
    >
      {ops.boot.fromPlan.count === 0 && ops.steps.length === 0 ? (
        <Nothing>No session has booted yet: there is nothing to measure.</Nothing>
      ) : (
        <Scroll label="Step latencies, table" className="-mx-4 px-4">
          <table className="w-full text-left text-small">
            <thead>
              <tr className="border-b border-line text-ink-3">
                {HEADS.map(([head, look]) => (
                  <th key={head} scope="col" className={cx('py-1.5 pr-3 font-medium last:pr-0', look)}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {lines.map(({ name, took, running = 0, failures }) => (
                <tr
                  key={name}
                  className="tabular [&>td]:py-1 [&>td]:pr-3 [&>td]:text-right [&>td]:whitespace-nowrap [&>td:last-child]:pr-0"
                >
                  <th scope="row" className="py-1 pr-3 font-normal @2xl:whitespace-nowrap">
                    {name}
                    {running === 0 ? null : <span className="text-wait"> · {running} running</span>}
                  </th>
                  <td className={NARROW}>
                    <Spread took={took} longest={longest} />
                  </td>
                  <td>{time(took.p50)}</td>
                  <td>{time(took.p95)}</td>
                  <td>{time(took.p99)}</td>
                  <td className={NARROW}>{time(took.max)}</td>
                  <td className={cx('text-ink-2', NARROW)}>{count(took.count)}</td>
                  <td className="text-bad" title={why(failures)}>
                    {failed(failures)}
                    <span className="sr-only">{why(failures)}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Card>
  );
};
