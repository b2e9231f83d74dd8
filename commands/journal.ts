import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Actor } from '../domain/envelope.ts';
import { type EventType, isKnownType, SCHEMA_VERSIONS } from '../domain/schema.ts';
import { encodeData, hasWords, sessionOfStream } from './event-codec.ts';
import { eventId } from './identifiers.ts';
import type { Clock } from './ports/clock.ts';
import type {
  AppendError,
  Appended,
  EventStore,
  Json,
  NewEvent,
  ReadError,
  StoredEvent,
} from './ports/event-store.ts';
import type { FieldCipher } from './ports/field-cipher.ts';
import type { Vault, VaultError } from './ports/vault.ts';
import { FIRST_SEAL, sealOf } from './seal.ts';
import { released, type Upcasting } from './upcasters/upcasting.ts';

type Fact = { readonly type: string; readonly data: unknown };

/** Why events are appended. `key` makes their ids: this process gives the same key, stream, type and index the same id. */
export type Cause = {
  readonly key: string;
  /** A command, an attempt, a turn. Absent: the event they were decided on, which is the last one of their stream. */
  readonly causationId?: string;
  /** Absent: what the chain of their cause began with. */
  readonly correlationId?: string;
  readonly actor: Actor;
};

/** A stream folded up to `revision` (-1: it does not exist yet), and the seal the next event continues. */
export type Loaded<State> = {
  readonly state: State;
  readonly revision: number;
  readonly seal: string;
  /** Commands of people that were carried out here, by causation id, and the revision each one led to. */
  readonly answered: ReadonlyMap<string, number>;
  readonly last?: { readonly id: string; readonly correlationId: string };
  /** What the chains of attempts and turns began with: their events name them as their cause. */
  readonly chains: ReadonlyMap<string, string>;
};

/** Events as they are appended, and where: appending the very same again is recognised by the store. */
export type Prepared<State> = {
  readonly loaded: Loaded<State>;
  readonly facts: readonly Fact[];
  readonly events: readonly NewEvent[];
};

export type Fold<State> = {
  readonly initial: State;
  readonly evolve: (state: State, event: StoredEvent) => State;
  /** Whether its key may have been destroyed: what comes late is then stored as `[erased]`. Absent: it never was. */
  readonly mayBeForgotten?: (state: State) => boolean;
};

export type JournalDeps = {
  readonly store: EventStore;
  readonly vault: Vault;
  readonly cipher: FieldCipher;
  readonly clock: Clock;
  readonly upcasting?: Upcasting;
};

/** Reads are paged, so that a long history does not have to fit into one answer of the store. */
const PAGE = 1_000;

/** Streams as the write side uses them: folded on the way in; encrypted, identified and sealed on the way out. */
export const createJournal = ({ store, vault, cipher, clock, upcasting = released }: JournalDeps) => {
  /**
   * Part of every id. Two processes that carry out one command at once say the same at other moments, sealed otherwise: a
   * store that took the one for a repeat of the other would leave the other with a seal that is not in the log.
   */
  const writer = clock.id();

  const continueLoading = <State>(
    stream: string,
    fold: Fold<State>,
    loaded: Loaded<State>,
  ): TE.TaskEither<ReadError, Loaded<State>> =>
    pipe(
      store.readStream(stream, { from: loaded.revision + 1, limit: PAGE }),
      TE.map((events) => events.map(upcasting.upcast)),
      TE.filterOrElse(areKnown, unknownEvents),
      TE.flatMap((events) => {
        const next = events.reduce((before, event) => after(fold, before, event), loaded);
        return events.length < PAGE ? TE.right(next) : continueLoading(stream, fold, next);
      }),
    );

  const load = <State>(
    stream: string,
    fold: Fold<State>,
    from?: Loaded<State>,
  ): TE.TaskEither<ReadError, Loaded<State>> => continueLoading(stream, fold, from ?? nothingOf(fold));

  const dataKeyOf = (stream: string): TE.TaskEither<VaultError, Uint8Array | undefined> => {
    const sessionId = sessionOfStream(stream);
    return sessionId === undefined ? TE.right(undefined) : vault.dataKey(sessionId);
  };

  /**
   * Encrypts, identifies and seals facts, to continue the stream from exactly where it was loaded. A key that is missing
   * from a session nobody has asked to forget is the key of another vault: its words are refused, and not erased.
   */
  const prepare = <State>(
    stream: string,
    { mayBeForgotten = () => false }: Fold<State>,
    loaded: Loaded<State>,
    facts: readonly Fact[],
    cause: Cause,
  ): TE.TaskEither<VaultError, Prepared<State>> =>
    pipe(
      dataKeyOf(stream),
      TE.filterOrElse(
        (dataKey) => dataKey !== undefined || mayBeForgotten(loaded.state) || !facts.some(hasWords),
        () => keyMissing(stream),
      ),
      TE.map((dataKey) => ({ loaded, facts, events: sealed(stream, loaded, facts, cause, dataKey) })),
    );

  /** Appends, and answers the stream folded over the new events. */
  const append = <State>(
    stream: string,
    fold: Fold<State>,
    prepared: Prepared<State>,
  ): TE.TaskEither<AppendError, { readonly appended: Appended; readonly loaded: Loaded<State> }> =>
    pipe(
      store.append(stream, prepared.loaded.revision, prepared.events),
      TE.map((appended) => ({ appended, loaded: foldNew(stream, fold, prepared) })),
    );

  const sealed = (
    stream: string,
    loaded: Loaded<unknown>,
    facts: readonly Fact[],
    cause: Cause,
    dataKey: Uint8Array | undefined,
  ): readonly NewEvent[] => {
    const at = clock.now();
    const why = whyOf(cause, loaded);
    let previous = loaded.seal;
    return facts.map(({ type, data }, index) => {
      const id = eventId(`${writer}|${cause.key}`, stream, type, index);
      const encoded = encodeData(cipher, dataKey, { stream, id, type, data: data as Json });
      const metadata = {
        ...why,
        actor: cause.actor,
        at,
        schema: SCHEMA_VERSIONS[type as EventType] ?? 1,
      };
      const unsealed = { id, type, data: encoded, metadata };
      previous = sealOf(previous, stream, loaded.revision + 1 + index, unsealed);
      return { ...unsealed, metadata: { ...metadata, seal: previous } };
    });
  };

  return { load, prepare, append };
};

const whyOf = ({ key, causationId, correlationId }: Cause, { last, chains }: Loaded<unknown>) => {
  const cause = causationId ?? last?.id ?? key;
  return {
    causationId: cause,
    correlationId: correlationId ?? chains.get(cause) ?? last?.correlationId ?? cause,
  };
};

const keyMissing = (stream: string): VaultError => ({
  tag: 'VaultUnavailable',
  message: `The vault has no key for ${stream}, which was not forgotten. Restore the vault that belongs to this log.`,
});

/** Views may pass over what they do not know; a decision must not be taken without it. */
const areKnown = (events: readonly StoredEvent[]): boolean => events.every(({ type }) => isKnownType(type));

const unknownEvents = (events: readonly StoredEvent[]): ReadError => {
  const { type, stream, revision } = events.find((event) => !isKnownType(event.type)) ?? {};
  return {
    tag: 'StoreUnavailable',
    message: `Event ${revision} of ${stream} is a ${type}, which this release does not know. Run the one that wrote it.`,
  };
};

const nothingOf = <State>({ initial }: Fold<State>): Loaded<State> => ({
  state: initial,
  revision: -1,
  seal: FIRST_SEAL,
  answered: new Map(),
  chains: new Map(),
});

/** More than can be under way in a session at a time; whose outcome comes after that is told by its cause alone. */
const MOST_CHAINS = 50;

const withChain = (
  chains: ReadonlyMap<string, string>,
  { type, data, metadata: { correlationId } }: StoredEvent,
): ReadonlyMap<string, string> => {
  const { attemptId, turnId } = Object(data) as { readonly attemptId?: Json; readonly turnId?: Json };
  const named = type === 'TurnSubmitted' ? turnId : BEGINNINGS.has(type) ? attemptId : undefined;
  return typeof named === 'string'
    ? new Map([...chains, [named, correlationId] as const].slice(-MOST_CHAINS))
    : chains;
};

const BEGINNINGS: ReadonlySet<string> = new Set(['StepStarted', 'TurnStarted']);

const after = <State>(fold: Fold<State>, before: Loaded<State>, event: StoredEvent): Loaded<State> => {
  const { id, revision, metadata } = event;
  const isCommand = !metadata.actor.startsWith('process-manager:');
  return {
    state: fold.evolve(before.state, event),
    revision,
    seal: metadata.seal,
    answered: isCommand ? new Map([...before.answered, [metadata.causationId, revision]]) : before.answered,
    last: { id, correlationId: metadata.correlationId },
    chains: withChain(before.chains, event),
  };
};

/** As the store would give them back, but for personal fields, which are folded as they were before encryption. */
const foldNew = <State>(
  stream: string,
  fold: Fold<State>,
  { loaded, events, facts }: Prepared<State>,
): Loaded<State> =>
  events.reduce<Loaded<State>>((before, event, index) => {
    const data = (facts[index]?.data ?? event.data) as Json;
    const stored = { ...event, data, stream, revision: before.revision + 1, position: '' };
    return after(fold, before, stored);
  }, loaded);

export type Journal = ReturnType<typeof createJournal>;
