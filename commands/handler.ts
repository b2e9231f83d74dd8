import type { Either } from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Instant } from '../domain/envelope.ts';
import { JANITOR_STREAM, type JanitorEvent } from '../domain/janitor/events.ts';
import { evolveJanitor, type JanitorState, noOrphans } from '../domain/janitor/janitor.ts';
import { type PoolEvent, poolStream } from '../domain/pool/events.ts';
import { emptyPool, evolvePool, type PoolState } from '../domain/pool/pool.ts';
import { type SessionEvent, sessionStream } from '../domain/session/events.ts';
import { evolve } from '../domain/session/evolve.ts';
import type { Refusal } from '../domain/session/refusals.ts';
import { noSession, type SessionState } from '../domain/session/state.ts';
import type { Cause, Fold, Journal, Loaded, Prepared } from './journal.ts';
import type { Clock } from './ports/clock.ts';
import type { AppendError, ReadError } from './ports/event-store.ts';
import type { VaultError } from './ports/vault.ts';

/** `Refused` is the domain's word; the rest says that the log could not be read or written now. */
export type CommandFailure =
  | { readonly tag: 'Refused'; readonly refusal: Refusal }
  | AppendError
  | ReadError
  | VaultError;

export type Handled<State, Event> = {
  readonly state: State;
  /** What this command appended; empty when it was already so. */
  readonly events: readonly Event[];
  /** Revision of the stream after it. */
  readonly revision: number;
  /** Position of the last event appended; absent when nothing was. */
  readonly position?: string;
};

export type Decide<State, Event> = (state: State, now: Instant) => Either<Refusal, readonly Event[]>;

/** Appends lost to somebody else before a command gives up; each loss means that somebody else got on. */
const MAX_CONFLICTS = 20;
/** Streams kept folded between commands. */
const CACHED_STREAMS = 2_000;
/** Appends of unknown fate kept for whoever tries again. */
const KEPT_IN_DOUBT = 1_000;

export const sessionFold: Fold<SessionState> = {
  initial: noSession,
  evolve: (state, event) => evolve(state, event as unknown as SessionEvent, event.metadata.at),
  mayBeForgotten: ({ status }) => status === 'closing' || status === 'closed' || status === 'forgotten',
};

export const poolFold: Fold<PoolState> = {
  initial: emptyPool,
  evolve: (state, event) => evolvePool(state, event as unknown as PoolEvent),
};

export const janitorFold: Fold<JanitorState> = {
  initial: noOrphans,
  evolve: (state, event) => evolveJanitor(state, event as unknown as JanitorEvent, event.metadata.at),
};

/**
 * Load, decide, append, and again from the load on a lost race. Commands for one stream queue up inside a process, so
 * that only other processes cause conflicts; the folded stream is kept between commands, and the expected revision
 * tells when it was out of date. A command of a person that was carried out before is answered as it was then.
 */
const createStreamHandler = <State, Event extends { readonly type: string; readonly data: unknown }>(
  journal: Journal,
  clock: Clock,
  fold: Fold<State>,
) => {
  type Answer = TE.TaskEither<CommandFailure, Handled<State, Event>>;
  const cache = new Map<string, Loaded<State>>();
  const queues = new Map<string, Promise<unknown>>();
  const inDoubt = new Map<string, Prepared<State>>();

  const handle = (stream: string, decide: Decide<State, Event>, cause: Cause, conflicts: number): Answer => {
    const before = inDoubt.get(`${stream}|${cause.key}`);
    if (before !== undefined) return write(stream, decide, cause, conflicts, before);
    return pipe(
      journal.load(stream, fold, cache.get(stream)),
      TE.mapLeft((error): CommandFailure => error),
      TE.flatMap((loaded): Answer => {
        keep(cache, stream, loaded, CACHED_STREAMS);
        const { state } = loaded;
        const answered = loaded.answered.get(cause.key);
        if (answered !== undefined) return TE.right({ state, events: [], revision: answered });
        const decided = decide(state, clock.now());
        if (decided._tag === 'Left') return TE.left({ tag: 'Refused', refusal: decided.left });
        if (decided.right.length === 0) return TE.right({ state, events: [], revision: loaded.revision });
        return pipe(
          journal.prepare(stream, fold, loaded, decided.right, cause),
          TE.mapLeft((error): CommandFailure => error),
          TE.flatMap((prepared) => write(stream, decide, cause, conflicts, prepared)),
        );
      }),
    );
  };

  const write = (
    stream: string,
    decide: Decide<State, Event>,
    cause: Cause,
    conflicts: number,
    prepared: Prepared<State>,
  ): Answer =>
    pipe(
      journal.append(stream, fold, prepared),
      TE.map(({ appended: { revision, position }, loaded }) => {
        inDoubt.delete(`${stream}|${cause.key}`);
        keep(cache, stream, loaded, CACHED_STREAMS);
        return { state: loaded.state, events: prepared.facts as readonly Event[], revision, position };
      }),
      TE.orElse((error): Answer => {
        cache.delete(stream);
        const key = `${stream}|${cause.key}`;
        // Perhaps it was written, now or the time before: a disk that is full has said nothing about that. Whoever
        // tries again appends exactly this, which the store recognises.
        if (error.tag === 'StoreUnavailable' || (error.tag === 'StoreFull' && inDoubt.has(key))) {
          keep(inDoubt, key, prepared, KEPT_IN_DOUBT);
          return TE.left(error);
        }
        inDoubt.delete(key);
        return error.tag === 'RevisionConflict' && conflicts < MAX_CONFLICTS
          ? handle(stream, decide, cause, conflicts + 1)
          : TE.left(error);
      }),
    );

  return (stream: string, decide: Decide<State, Event>, cause: Cause) =>
    (): Promise<Either<CommandFailure, Handled<State, Event>>> => {
      const before = queues.get(stream) ?? Promise.resolve();
      const mine = before.then(() => handle(stream, decide, cause, 0)());
      const settled = mine.catch(() => undefined);
      queues.set(stream, settled);
      void settled.then(() => queues.get(stream) === settled && queues.delete(stream));
      return mine;
    };
};

/** The entry last kept is the last to go. */
const keep = <Value>(map: Map<string, Value>, key: string, value: Value, limit: number): void => {
  map.delete(key);
  map.set(key, value);
  if (map.size > limit) map.delete(map.keys().next().value ?? '');
};

export const createHandlers = (journal: Journal, clock: Clock) => {
  const onSession = createStreamHandler<SessionState, SessionEvent>(journal, clock, sessionFold);
  const onPool = createStreamHandler<PoolState, PoolEvent>(journal, clock, poolFold);
  const onJanitor = createStreamHandler<JanitorState, JanitorEvent>(journal, clock, janitorFold);
  return {
    session: (sessionId: string, decide: Decide<SessionState, SessionEvent>, cause: Cause) =>
      onSession(sessionStream(sessionId), decide, cause),
    pool: (specHash: string, decide: Decide<PoolState, PoolEvent>, cause: Cause) =>
      onPool(poolStream(specHash), decide, cause),
    janitor: (decide: Decide<JanitorState, JanitorEvent>, cause: Cause) =>
      onJanitor(JANITOR_STREAM, decide, cause),
  };
};

export type Handlers = ReturnType<typeof createHandlers>;
