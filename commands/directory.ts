import type { Instant } from '../domain/envelope.ts';
import { JANITOR_STREAM, type JanitorEvent } from '../domain/janitor/events.ts';
import { evolveJanitor, type JanitorState, noOrphans } from '../domain/janitor/janitor.ts';
import { POOL_STREAM_PREFIX, type PoolEvent } from '../domain/pool/events.ts';
import { emptyPool, evolvePool, type PoolState } from '../domain/pool/pool.ts';
import { isComplete, whyNotClaimable } from '../domain/session/decide/claim.ts';
import type { SessionEvent } from '../domain/session/events.ts';
import { evolve } from '../domain/session/evolve.ts';
import { asOn, evolveSpendingDay, noSpendingYet, type SpendingDay } from '../domain/session/spending-day.ts';
import { noSession, type SessionState } from '../domain/session/state.ts';
import { sessionOfStream } from './event-codec.ts';
import { slugOf } from './identifiers.ts';
import type { StoredEvent } from './ports/event-store.ts';
import { released } from './upcasters/upcasting.ts';

/** All that a directory knows, as plain data: what it holds is replaced, and never changed, by what comes after. */
export type DirectoryState = {
  readonly sessions: readonly (readonly [string, SessionState])[];
  readonly heads: readonly (readonly [string, number])[];
  readonly pools: readonly (readonly [string, PoolState])[];
  readonly byCommand: readonly (readonly [string, Claim])[];
  readonly commandOf: readonly (readonly [string, string])[];
  readonly janitor: JanitorState;
  readonly spendingDay: SpendingDay;
};

export type Claim = { readonly sessionId: string; readonly source: 'pool' | 'cold' };

/**
 * Every session and pool folded in memory, from the log and nothing else: what process managers look through for work,
 * and a claim for candidates. Being behind costs a lost race at the expected revision, never a wrong decision.
 */
export const createDirectory = (upcasting = released) => {
  const sessions = new Map<string, SessionState>();
  const pools = new Map<string, PoolState>();
  const bySlug = new Map<string, string>();
  const byCommand = new Map<string, Claim>();
  const commandOf = new Map<string, string>();
  /** Revision of the last event folded, by stream. */
  const heads = new Map<string, number>();
  let position: string | undefined;
  let janitor: JanitorState = noOrphans;
  let spendingDay: SpendingDay = noSpendingYet;

  const applySession = (sessionId: string, event: StoredEvent) => {
    const state = evolve(
      sessions.get(sessionId) ?? noSession,
      event as unknown as SessionEvent,
      event.metadata.at,
    );
    if (event.type === 'SandboxClaimed' && state.claim !== undefined)
      noteClaim(event.metadata.causationId, { sessionId, source: state.claim.source });
    spendingDay = evolveSpendingDay(spendingDay, event as unknown as SessionEvent, event.metadata.at);
    // What did not answer its probe was given back: the command has claimed, or will claim, another.
    if (event.type === 'SandboxDiscarded') dropClaim(sessionId);
    bySlug.set(slugOf(sessionId), sessionId);
    sessions.set(sessionId, state);
    if (state.status === 'forgotten')
      sessions.set(sessionId, { ...noSession, status: 'forgotten', sessionId });
  };

  const noteClaim = (commandId: string, claim: Claim): void => {
    byCommand.set(commandId, claim);
    commandOf.set(claim.sessionId, commandId);
  };

  const dropClaim = (sessionId: string): void => {
    const commandId = commandOf.get(sessionId) ?? '';
    commandOf.delete(sessionId);
    if (byCommand.get(commandId)?.sessionId === sessionId) byCommand.delete(commandId);
  };

  /**
   * Folds one event and answers which session it changed, if any. What was folded before is passed over: a subscription
   * that starts again delivers it again, and a fold that went back in time would start what is long done.
   */
  const apply = (stored: StoredEvent): string | undefined => {
    position = stored.position;
    if (stored.revision <= (heads.get(stored.stream) ?? -1)) return undefined;
    heads.set(stored.stream, stored.revision);
    const event = upcasting.upcast(stored);
    const sessionId = sessionOfStream(event.stream);
    if (sessionId !== undefined) applySession(sessionId, event);
    else if (event.stream === JANITOR_STREAM)
      janitor = evolveJanitor(janitor, event as unknown as JanitorEvent, event.metadata.at);
    else if (event.stream.startsWith(POOL_STREAM_PREFIX)) {
      const specHash = event.stream.slice(POOL_STREAM_PREFIX.length);
      pools.set(specHash, evolvePool(pools.get(specHash) ?? emptyPool, event as unknown as PoolEvent));
    }
    return sessionId;
  };

  /** Sessions a visitor could be given now: those that lack nothing first, and of them the longest waiting. */
  const claimable = (specHash: string, now: Instant): readonly SessionState[] =>
    (pools.get(specHash)?.entries ?? [])
      .map((sessionId) => sessions.get(sessionId))
      .filter((state): state is SessionState => state?.status === 'open' && state.claim === undefined)
      .filter((state) => whyNotClaimable(state, specHash, now) === undefined)
      .toSorted(
        (a, b) =>
          Number(isComplete(b)) - Number(isComplete(a)) || Date.parse(a.plannedAt) - Date.parse(b.plannedAt),
      );

  const state = (): DirectoryState => ({
    sessions: [...sessions],
    heads: [...heads],
    pools: [...pools],
    byCommand: [...byCommand],
    commandOf: [...commandOf],
    janitor,
    spendingDay,
  });

  /** Goes on from there, in place of the first event. */
  const restore = (from: DirectoryState): void => {
    for (const [sessionId, session] of from.sessions) {
      sessions.set(sessionId, session);
      bySlug.set(slugOf(sessionId), sessionId);
    }
    for (const [stream, revision] of from.heads) heads.set(stream, revision);
    for (const [specHash, pool] of from.pools) pools.set(specHash, pool);
    for (const [commandId, claim] of from.byCommand) byCommand.set(commandId, claim);
    for (const [sessionId, commandId] of from.commandOf) commandOf.set(sessionId, commandId);
    ({ janitor, spendingDay } = from);
  };

  return {
    apply,
    state,
    restore,
    claimable,
    session: (sessionId: string): SessionState | undefined => sessions.get(sessionId),
    sessions: (): Iterable<SessionState> => sessions.values(),
    sessionBySlug: (slug: string): SessionState | undefined => sessions.get(bySlug.get(slug) ?? ''),
    /** The session a command has claimed, so that repeating the command answers as before. */
    claimedBy: (commandId: string): Claim | undefined => byCommand.get(commandId),
    /** Tells of a claim that was just appended, before its event comes round: the command may be repeated sooner. */
    noteClaim,
    pool: (specHash: string): PoolState => pools.get(specHash) ?? emptyPool,
    janitor: (): JanitorState => janitor,
    /** What has been spent on that day; sessions that were forgotten since have spent it all the same. */
    spendingOn: (day: string): SpendingDay => asOn(spendingDay, day),
    /** Of the last event that came, in the whole log: what is after it is not known here yet. */
    position: (): string | undefined => position,
    /** Revision of the last event of that stream that was folded; -1 before the first. */
    headOf: (stream: string): number => heads.get(stream) ?? -1,
    pools: (): Iterable<readonly [string, PoolState]> => pools.entries(),
  };
};

export type Directory = ReturnType<typeof createDirectory>;
