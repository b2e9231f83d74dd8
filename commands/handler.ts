import type { Either } from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Instant } from '../domain/envelope.ts';
import { type PoolEvent, poolStream } from '../domain/pool/events.ts';
import { emptyPool, evolvePool, type PoolState } from '../domain/pool/pool.ts';
import { type SessionEvent, sessionStream } from '../domain/session/events.ts';
import { evolve } from '../domain/session/evolve.ts';
import type { Refusal } from '../domain/session/refusals.ts';
import { noSession, type SessionState } from '../domain/session/state.ts';
import type { Cause, Fold, Journal, Loaded } from './journal.ts';
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

export const sessionFold: Fold<SessionState> = {
  initial: noSession,
  evolve: (state, event) => evolve(state, event as unknown as SessionEvent, event.metadata.at),
};

export const poolFold: Fold<PoolState> = {
  initial: emptyPool,
  evolve: (state, event) => evolvePool(state, event as unknown as PoolEvent),
};

/**
 * Load, decide, append, and again from the load on a lost race. Commands for one stream queue up inside a process, so
 * that only other processes cause conflicts; the folded stream is kept between commands, and the expected revision
 * tells when it was out of date.
 */
const createStreamHandler = <State, Event extends { readonly type: string; readonly data: unknown }>(
  journal: Journal,
  clock: Clock,
  fold: Fold<State>,
) => {
  const cache = new Map<string, Loaded<State>>();
  const queues = new Map<string, Promise<unknown>>();

  const remember = (stream: string, loaded: Loaded<State>) => {
    cache.delete(stream);
    cache.set(stream, loaded);
    if (cache.size > CACHED_STREAMS) cache.delete(cache.keys().next().value ?? '');
  };

  const attempt = (
    stream: string,
    decide: Decide<State, Event>,
    cause: Cause,
    conflicts: number,
  ): TE.TaskEither<CommandFailure, Handled<State, Event>> =>
    pipe(
      journal.load(stream, fold, cache.get(stream)),
      TE.mapLeft((error): CommandFailure => error),
      TE.flatMap((loaded) => {
        remember(stream, loaded);
        const decided = decide(loaded.state, clock.now());
        if (decided._tag === 'Left')
          return TE.left<CommandFailure>({ tag: 'Refused', refusal: decided.left });
        const events = decided.right;
        if (events.length === 0) return TE.right({ state: loaded.state, events, revision: loaded.revision });
        return pipe(
          journal.append(stream, fold, loaded, events, cause),
          TE.map(({ appended, loaded: after }) => {
            // An append that was recognised as done before may lie behind the head: then the fold here is stale.
            if (appended.revision === after.revision) remember(stream, after);
            else cache.delete(stream);
            return { state: after.state, events, revision: appended.revision, position: appended.position };
          }),
          TE.orElse((error): TE.TaskEither<CommandFailure, Handled<State, Event>> => {
            cache.delete(stream);
            return error.tag === 'RevisionConflict' && conflicts < MAX_CONFLICTS
              ? attempt(stream, decide, cause, conflicts + 1)
              : TE.left(error);
          }),
        );
      }),
    );

  return (stream: string, decide: Decide<State, Event>, cause: Cause) =>
    (): Promise<Either<CommandFailure, Handled<State, Event>>> => {
      const before = queues.get(stream) ?? Promise.resolve();
      const mine = before.then(attempt(stream, decide, cause, 0));
      const settled = mine.catch(() => undefined);
      queues.set(stream, settled);
      void settled.then(() => queues.get(stream) === settled && queues.delete(stream));
      return mine;
    };
};

export const createHandlers = (journal: Journal, clock: Clock) => {
  const onSession = createStreamHandler<SessionState, SessionEvent>(journal, clock, sessionFold);
  const onPool = createStreamHandler<PoolState, PoolEvent>(journal, clock, poolFold);
  return {
    session: (sessionId: string, decide: Decide<SessionState, SessionEvent>, cause: Cause) =>
      onSession(sessionStream(sessionId), decide, cause),
    pool: (specHash: string, decide: Decide<PoolState, PoolEvent>, cause: Cause) =>
      onPool(poolStream(specHash), decide, cause),
  };
};

export type Handlers = ReturnType<typeof createHandlers>;
