import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import type { Reader } from '../../commands/reader.ts';
import { checkSeals, type SealCheck } from '../../commands/seal.ts';
import { sessionStream } from '../../domain/session/events.ts';
import { type Caused, chainOf, type Link } from '../../projections/audit/chain.ts';
import { matches } from '../../projections/audit/filter.ts';
import { masked } from '../../projections/audit/mask.ts';
import { attemptOf, stepOf, turnOf } from '../../projections/audit/subject.ts';
import { summaryOf } from '../../projections/audit/summary.ts';
import type { AuditEvent, AuditPage, CausalChain, ChainLink } from '../../projections/audit-views.ts';
import type { CommandError } from '../application/command.ts';
import type { AuditQuery, Words } from '../application/histories.ts';
import type { Application } from '../application.ts';
import { storeUnavailable } from './command-error.ts';
import { toPublic } from './hub.ts';
import { foldPast } from './past-state.ts';

/** Events read at a time, and at most for one answer: a filter nothing matches must not read a long history whole. */
const PAGE = 500;
const MOST_READ = 5_000;
type Read<A> = TE.TaskEither<CommandError, A>;

export const toAudit = (stored: StoredEvent, words: Words): AuditEvent => {
  const event = words === 'shown' ? toPublic(stored) : masked(toPublic(stored));
  const { correlationId, schema, seal } = stored.metadata;
  const [step, turnId] = [stepOf(event), turnOf(event)];
  return {
    ...event,
    correlationId,
    schema,
    seal,
    summary: summaryOf(event),
    ...(step === undefined ? {} : { step }),
    ...(turnId === undefined ? {} : { turnId }),
  };
};

/** Histories as they are looked through: by their owners, and by operators with the words of people masked. */
export const createHistories = ({
  reader,
  store,
  findHead,
}: {
  readonly reader: Reader;
  readonly store: Pick<EventStore, 'readStream'>;
  /** Last revision of the session's stream; -1 when there is none. */
  readonly findHead: (sessionId: string) => TE.TaskEither<{ readonly message: string }, number>;
}): Omit<Application['audit'], 'sessions'> => {
  const read = (sessionId: string, from: number, limit: number): Read<readonly StoredEvent[]> =>
    pipe(reader.session(sessionId, { from, limit }), TE.mapLeft(storeUnavailable));

  /** Forwards from `at`, until enough match, enough were read, or the history ends. */
  const forwards = (
    sessionId: string,
    query: AuditQuery,
    words: Words,
    head: number,
    at: number,
    found: readonly AuditEvent[] = [],
  ): Read<AuditPage> =>
    pipe(
      read(sessionId, at, PAGE),
      TE.flatMap((stored) => {
        const page = stored
          .map((event) => toAudit(event, words))
          .filter((event) => matches(query.filter, event));
        const events = [...found, ...page].slice(0, query.limit);
        const isFull = events.length === query.limit;
        const next = isFull ? (events.at(-1)?.pos ?? at) + 1 : at + stored.length;
        const last = Math.max(head, at + stored.length - 1);
        if (!isFull && stored.length === PAGE && next - query.from < MOST_READ)
          return forwards(sessionId, query, words, head, next, events);
        return TE.right({
          events,
          head: last,
          ...(next <= last ? { next } : {}),
          ...(query.from > 0 ? { previous: query.from } : {}),
        });
      }),
    );

  /** Backwards from before `at`, likewise. */
  const backwards = (
    sessionId: string,
    query: AuditQuery,
    words: Words,
    head: number,
    at: number,
    from: number,
    found: readonly AuditEvent[] = [],
  ): Read<AuditPage> => {
    const first = Math.max(query.from, at - PAGE);
    return pipe(
      read(sessionId, first, Math.max(1, at - first)),
      TE.flatMap((stored) => {
        const page = stored
          .filter(({ revision }) => revision < at)
          .map((event) => toAudit(event, words))
          .filter((event) => matches(query.filter, event));
        const events = [...page, ...found].slice(-query.limit);
        const isFull = events.length === query.limit;
        const previous = isFull ? (events[0]?.pos ?? first) : first;
        if (!isFull && first > query.from && from - first < MOST_READ)
          return backwards(sessionId, query, words, head, first, from, events);
        return TE.right({
          events,
          head,
          ...(from <= head ? { next: from } : {}),
          ...(previous > query.from ? { previous } : {}),
        });
      }),
    );
  };

  const seals = (sessionId: string, before?: ReturnType<typeof checkSeals>): Read<SealCheck> =>
    pipe(
      store.readStream(sessionStream(sessionId), { from: before?.events ?? 0, limit: PAGE }),
      TE.mapLeft(storeUnavailable),
      TE.flatMap((events) => {
        const { seal, ...check } = checkSeals(events, before);
        const isOver = check.firstBad !== undefined || events.length < PAGE;
        return isOver ? TE.right(check) : seals(sessionId, { ...check, seal });
      }),
    );

  /** Only what tells causes is kept of each event: the history itself may be large. */
  const causes = (sessionId: string): Read<readonly Caused[]> => {
    const all: Caused[] = [];
    const readOn: Read<readonly Caused[]> = pipe(
      TE.fromTask(() => Promise.resolve(all.length)),
      TE.flatMap((from) => store.readStream(sessionStream(sessionId), { from, limit: PAGE })),
      TE.mapLeft(storeUnavailable),
      TE.flatMap((stored) => {
        for (const event of stored) all.push(toCaused(event));
        return stored.length < PAGE ? TE.right(all) : readOn;
      }),
    );
    return readOn;
  };

  const eventAt = (sessionId: string, pos: number, words: Words): Read<AuditEvent> =>
    pipe(
      read(sessionId, pos, 1),
      TE.flatMap(([stored]) =>
        stored === undefined ? TE.left(eventNotFound(pos)) : TE.right(toAudit(stored, words)),
      ),
    );

  const linkOf =
    (sessionId: string, words: Words) =>
    (link: Link): Read<ChainLink> =>
      link.kind === 'event'
        ? pipe(
            eventAt(sessionId, link.pos, words),
            TE.map((event): ChainLink => ({ kind: 'event', depth: link.depth, event })),
          )
        : TE.right(link);

  return {
    page: (sessionId, query, words) =>
      pipe(
        findHead(sessionId),
        TE.mapLeft(storeUnavailable),
        TE.flatMap((head) => {
          if (query.before === undefined) return forwards(sessionId, query, words, head, query.from);
          const before = Math.min(query.before, head + 1);
          return backwards(sessionId, query, words, head, before, before);
        }),
      ),
    chain: (sessionId, pos, words): Read<CausalChain> =>
      pipe(
        TE.Do,
        TE.bind('event', () => eventAt(sessionId, pos, words)),
        TE.bind('chain', () =>
          pipe(
            causes(sessionId),
            TE.flatMap((all) => TE.fromNullable(eventNotFound(pos))(chainOf(all, pos))),
          ),
        ),
        TE.bind('ancestors', ({ chain }) => TE.traverseSeqArray(linkOf(sessionId, words))(chain.ancestors)),
        TE.bind('descendants', ({ chain }) =>
          TE.traverseSeqArray(linkOf(sessionId, words))(chain.descendants),
        ),
        TE.map(({ event, chain, ancestors, descendants }) => ({
          event,
          ancestors,
          descendants,
          truncated: chain.truncated,
        })),
      ),
    verify: (sessionId) => seals(sessionId),
    stateAt: (sessionId, revision, words) => () => foldPast(reader, sessionId, { revision, words }),
  };
};

const toCaused = (stored: StoredEvent): Caused => {
  const event = toPublic(stored);
  const { pos, id, type, actor, causationId } = event;
  const [attempt, turn] = [attemptOf(event), turnOf(event)];
  const isIntent = type === 'StepStarted' || type === 'TurnStarted';
  return {
    pos,
    id,
    actor,
    causationId,
    ...(isIntent && attempt !== undefined ? { beganAttempt: attempt } : {}),
    ...(type === 'TurnSubmitted' && turn !== undefined ? { beganTurn: turn } : {}),
  };
};

const eventNotFound = (pos: number): CommandError => ({
  tag: 'Missing',
  code: 'event_not_found',
  message: `This session has no event ${pos}.`,
});
