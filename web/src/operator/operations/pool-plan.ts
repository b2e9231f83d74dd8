import type { PoolView } from '../../../../projections/views.ts';
import { plural } from './numbers.ts';

/** As the API has it: a pool larger than this is no longer a pool. */
export const MOST = 100;

/** What will come of another target, before anybody sets it. */
export const consequence = ({ target, entries }: PoolView, wanted: number): string => {
  const more = wanted - entries.length;
  if (wanted === target && more === 0) return 'That is what the pool has.';
  if (wanted === 0) {
    const gone = entries.length === 0 ? '' : `${plural(entries.length, 'session')} will be discarded. `;
    return `${gone}Every visitor will wait for a cold start.`;
  }
  if (more > 0)
    return `${plural(more, 'session')} more will be made, each with a sandbox and a backend of its own.`;
  if (more === 0) return 'Nothing is made or discarded.';
  return more === -1
    ? 'The youngest session will be discarded, with everything made for it.'
    : `The ${-more} youngest sessions will be discarded, with everything made for them.`;
};

/** A slot of the gauge, from the one that stands ready longest. */
export type Slot = { readonly number: number; readonly state: 'ready' | 'booting' | 'missing' | 'surplus' };

/** One slot for each session that is there or wanted. */
export const slots = ({ target, entries }: PoolView): readonly Slot[] => {
  const states = entries.map(({ state }) => state).toSorted((a, b) => b.localeCompare(a));
  return Array.from({ length: Math.max(target, entries.length) }, (_, number) => {
    const state = states[number];
    if (state === undefined) return { number, state: 'missing' };
    return { number, state: number < target ? state : 'surplus' };
  });
};
