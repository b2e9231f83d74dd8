import type { Actor } from '../../domain/envelope.ts';

/** What of an event its causes can be told by. */
export type Caused = {
  readonly pos: number;
  readonly id: string;
  readonly actor: Actor;
  readonly causationId: string;
  /** Set on an intent: outcomes name the attempt they are of as their cause. */
  readonly beganAttempt?: string;
  /** Set on a prompt: the first attempt at it names the turn as its cause. */
  readonly beganTurn?: string;
};

export type Link = { readonly depth: number } & (
  | { readonly kind: 'event'; readonly pos: number }
  | { readonly kind: 'command'; readonly id: string; readonly actor: Actor }
  | { readonly kind: 'process-manager'; readonly id: string; readonly name: string }
);

export type Chain = {
  readonly ancestors: readonly Link[];
  readonly descendants: readonly Link[];
  readonly truncated: boolean;
};

const MOST_LINKS = 100;
const MANAGER = 'process-manager:';

/**
 * What led to an event and what came of it, by the causes the events of its stream name: another event, an attempt that
 * one of them began, a command, or a process manager. A cause is always earlier, so that no history can send this round
 * in circles.
 */
export const chainOf = (events: readonly Caused[], pos: number): Chain | undefined => {
  const asked = events.find((event) => event.pos === pos);
  if (asked === undefined) return undefined;
  const causes = indexOf(events);
  const ancestors = ancestorsOf(asked, causes);
  const descendants = descendantsOf(asked, events, causes);
  return {
    ancestors: ancestors.slice(0, MOST_LINKS),
    descendants: descendants.slice(0, MOST_LINKS),
    truncated: ancestors.length > MOST_LINKS || descendants.length > MOST_LINKS,
  };
};

type CauseOf = (event: Caused) => Caused | undefined;

const indexOf = (events: readonly Caused[]): CauseOf => {
  const byId = new Map(events.map((event) => [event.id, event]));
  const byTurn = new Map(events.map((event) => [event.beganTurn, event]));
  const byAttempt = new Map(events.map((event) => [event.beganAttempt, event]));
  return ({ causationId, pos, beganAttempt }) => {
    // Intents that were recorded together were once said to be caused by the attempt of the first of them.
    const attempt = beganAttempt === undefined ? byAttempt.get(causationId) : undefined;
    const cause = byId.get(causationId) ?? byTurn.get(causationId) ?? attempt;
    return cause !== undefined && cause.pos < pos ? cause : undefined;
  };
};

const ancestorsOf = (asked: Caused, causeOf: CauseOf): readonly Link[] => {
  const links: Link[] = [];
  let at = asked;
  for (let cause = causeOf(at); cause !== undefined; cause = causeOf(at)) {
    links.push({ kind: 'event', depth: links.length + 1, pos: cause.pos });
    at = cause;
  }
  return [...links, originOf(at, links.length + 1)];
};

const originOf = ({ actor, causationId: id }: Caused, depth: number): Link =>
  actor.startsWith(MANAGER)
    ? { kind: 'process-manager', depth, id, name: actor.slice(MANAGER.length) }
    : { kind: 'command', depth, id, actor };

const descendantsOf = (asked: Caused, events: readonly Caused[], causeOf: CauseOf): readonly Link[] => {
  const depths = new Map([[asked.pos, 0]]);
  for (const event of events) {
    const depth = depths.get(causeOf(event)?.pos ?? -1);
    if (depth !== undefined) depths.set(event.pos, depth + 1);
  }
  depths.delete(asked.pos);
  return [...depths]
    .map(([pos, depth]): Link => ({ kind: 'event', depth, pos }))
    .toSorted((a, b) => a.depth - b.depth);
};
