import type { PoolEvent, SettledAs } from './events.ts';

/** The pool of one spec: how many entries are wanted, and which sessions are counted towards it. */
export type PoolState = {
  /** `undefined` until somebody set it: the configured default applies. */
  readonly target?: number;
  readonly entries: readonly string[];
};

export const emptyPool: PoolState = { entries: [] };

export const evolvePool = (state: PoolState, event: PoolEvent): PoolState => {
  switch (event.type) {
    case 'PoolTargetSet':
      return { ...state, target: event.data.target };
    case 'PrewarmPlanned':
      return { ...state, entries: [...state.entries, event.data.sessionId] };
    case 'PrewarmSettled':
      return { ...state, entries: state.entries.filter((id) => id !== event.data.sessionId) };
    case 'PoolDrained':
      return { ...state, target: 0 };
    default:
      return unknownEvent(state, event);
  }
};

const unknownEvent = (state: PoolState, _event: never): PoolState => state;

/** How large a target an operator may set. */
export const MAX_POOL_TARGET = 1_000;

/** Plans as many entries as are missing. Two nodes that decide this at once meet at the expected revision. */
export const decideTopUp = (
  command: { readonly target: number; readonly newIds: readonly string[]; readonly limit: number },
  state: PoolState,
): readonly PoolEvent[] => {
  const missing = (state.target ?? command.target) - state.entries.length;
  return command.newIds
    .slice(0, Math.max(0, Math.min(missing, command.limit)))
    .map((sessionId) => ({ type: 'PrewarmPlanned', data: { sessionId } }) as const);
};

/** Takes over an entry of another spec's pool, where one is missing: it is made anew for this one. */
export const decideAdopt = (
  command: { readonly target: number; readonly sessionId: string },
  state: PoolState,
): readonly PoolEvent[] =>
  state.entries.includes(command.sessionId)
    ? []
    : decideTopUp({ target: command.target, newIds: [command.sessionId], limit: 1 }, state);

export const decideSettle = (
  command: { readonly sessionId: string; readonly outcome: SettledAs },
  state: PoolState,
): readonly PoolEvent[] =>
  state.entries.includes(command.sessionId) ? [{ type: 'PrewarmSettled', data: command }] : [];

/** An operator's word on how many entries there should be; with a reason, it empties the pool. */
export const decidePoolTarget = (
  command: { readonly target: number; readonly reason?: string },
  state: PoolState,
): readonly PoolEvent[] => {
  if (command.reason !== undefined) return [{ type: 'PoolDrained', data: { reason: command.reason } }];
  const target = Math.max(0, Math.min(command.target, MAX_POOL_TARGET));
  return state.target === target ? [] : [{ type: 'PoolTargetSet', data: { target } }];
};
