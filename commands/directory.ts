import type { Instant } from '../domain/envelope.ts';
import { JANITOR_STREAM, type JanitorEvent } from '../domain/janitor/events.ts';
import { evolveJanitor, type JanitorState, noOrphans } from '../domain/janitor/janitor.ts';
import { POOL_STREAM_PREFIX, type PoolEvent } from '../domain/pool/events.ts';
import { emptyPool, evolvePool, type PoolState } from '../domain/pool/pool.ts';
import { whyNotClaimable } from '../domain/session/decide/claim.ts';
import type { SessionEvent } from '../domain/session/events.ts';
import { evolve } from '../domain/session/evolve.ts';
import { noSession, type SessionState } from '../domain/session/state.ts';
import { sessionOfStream } from './event-codec.ts';
import { slugOf } from './identifiers.ts';
import type { StoredEvent } from './ports/event-store.ts';
import { released } from './upcasters/upcasting.ts';

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
  let janitor: JanitorState = noOrphans;

  const applySession = (sessionId: string, event: StoredEvent) => {
    const state = evolve(
      sessions.get(sessionId) ?? noSession,
      event as unknown as SessionEvent,
      event.metadata.at,
    );
    if (event.type === 'SandboxClaimed' && state.claim !== undefined)
      noteClaim(event.metadata.causationId, { sessionId, source: state.claim.source });
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

  /** Folds one event and answers which session it belongs to, if any. */
  const apply = (stored: StoredEvent): string | undefined => {
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

  /** Sessions a visitor could be given now, longest waiting first. */
  const claimable = (specHash: string, now: Instant): readonly SessionState[] =>
    (pools.get(specHash)?.entries ?? [])
      .map((sessionId) => sessions.get(sessionId))
      .filter((state): state is SessionState => state?.status === 'open' && state.claim === undefined)
      .filter((state) => whyNotClaimable(state, specHash, now) === undefined)
      .toSorted((a, b) => Date.parse(a.plannedAt) - Date.parse(b.plannedAt));

  return {
    apply,
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
    pools: (): Iterable<readonly [string, PoolState]> => pools.entries(),
  };
};

export type Directory = ReturnType<typeof createDirectory>;
