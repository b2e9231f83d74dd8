import type { TranscriptView } from '../../../../projections/transcript-views.ts';
import type {
  AuditEvent,
  AuditPage,
  CausalChain,
  SessionView,
  Verification,
} from '../../../../projections/views.ts';
import type { EventFilter } from './filter.ts';
import { typesOf } from './groups.ts';

/** Where to go on reading: forwards from a revision on, or backwards from below one. */
export type Place = { readonly from: number } | { readonly before: number };

/** The session as it was after one of its events. */
export type PastSession = {
  readonly event: AuditEvent | undefined;
  readonly view: SessionView;
  readonly transcript: TranscriptView;
};

/** One session's history, as its owner or an operator reads it. All reject with `ApiProblem`. */
export type HistorySource = {
  readonly page: (
    place: Place,
    limit: number,
    filter: EventFilter,
    signal?: AbortSignal,
  ) => Promise<AuditPage>;
  readonly chain: (revision: number, signal?: AbortSignal) => Promise<CausalChain>;
  readonly at: (revision: number, signal?: AbortSignal) => Promise<PastSession>;
  readonly transcript: (signal?: AbortSignal) => Promise<TranscriptView>;
  readonly verify: () => Promise<Verification>;
  /** What the filter lets through, one event a line. */
  readonly download: (filter: EventFilter) => Promise<Blob>;
};

type Asking = {
  readonly json: <T>(path: string, signal?: AbortSignal) => Promise<T>;
  readonly blob: (path: string) => Promise<Blob>;
};

export const filterQuery = (filter: EventFilter): URLSearchParams => {
  const query = new URLSearchParams(typesOf(filter.type).map((type) => ['type', type]));
  if (filter.actor !== '') query.set('actor', filter.actor);
  if (filter.step !== '') query.set('step', filter.step);
  if (filter.turn !== '') query.set('turn', filter.turn);
  if (filter.text.trim() !== '') query.set('q', filter.text.trim());
  return query;
};

/** `base` is the session's own address for its owner, and the one under `/api/audit` for an operator. */
export const historySource = (base: string, { json, blob }: Asking): HistorySource => ({
  page: (place, limit, filter, signal) => {
    const query = filterQuery(filter);
    for (const [name, value] of Object.entries({ ...place, limit })) query.set(name, String(value));
    return json(`${base}/events?${query}`, signal);
  },
  chain: (revision, signal) => json(`${base}/events/${revision}/chain`, signal),
  at: async (revision, signal) => {
    const [view, transcript, page] = await Promise.all([
      json<SessionView>(`${base}?at=${revision}`, signal),
      json<TranscriptView>(`${base}/transcript?at=${revision}`, signal),
      json<AuditPage>(`${base}/events?from=${revision}&limit=1`, signal),
    ]);
    return { event: page.events[0], view, transcript };
  },
  transcript: (signal) => json(`${base}/transcript`, signal),
  verify: () => json(`${base}/events/verify`),
  download: (filter) => blob(`${base}/events.ndjson?${filterQuery(filter)}`),
});
