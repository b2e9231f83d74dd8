/** What is to be seen of a log; an empty field lets everything through. */
export type EventFilter = {
  /** One event type, or the name of a group of them. */
  readonly type: string;
  /** `visitor`, `operator`, `process-manager`, or one of those by its whole name. */
  readonly actor: string;
  readonly step: string;
  /** Id of a turn. */
  readonly turn: string;
  readonly text: string;
};

const FIELDS = ['type', 'actor', 'step', 'turn', 'text'] as const;

export const filterFrom = (query: URLSearchParams): EventFilter => ({
  type: query.get('type') ?? '',
  actor: query.get('actor') ?? '',
  step: query.get('step') ?? '',
  turn: query.get('turn') ?? '',
  text: query.get('text') ?? '',
});
export const NO_FILTER: EventFilter = filterFrom(new URLSearchParams());

export const isFiltering = (filter: EventFilter): boolean => FIELDS.some((name) => filter[name] !== '');

export const isSameFilter = (one: EventFilter, other: EventFilter): boolean =>
  FIELDS.every((name) => one[name] === other[name]);

/** The same address with that filter in it. */
export const withFilter = (query: URLSearchParams, filter: EventFilter): URLSearchParams => {
  const next = new URLSearchParams(query);
  for (const name of FIELDS) {
    if (filter[name] === '') next.delete(name);
    else next.set(name, filter[name]);
  }
  return next;
};
