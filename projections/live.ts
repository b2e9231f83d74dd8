import type { Actor, Instant } from '../domain/envelope.ts';
import type { OpsLive } from './operator-views.ts';
import type { ProjectionStatus } from './status.ts';
import type { TranscriptView } from './transcript-views.ts';
import type { PoolView, SessionView } from './views.ts';

/**
 * An event as clients see it: personal fields decrypted (or `[erased]`), secrets never in it.
 * `pos` is the revision in the session's stream: the cursor, the audit page's row and the time-travel coordinate.
 */
export type PublicEvent = {
  readonly pos: number;
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly at: Instant;
  readonly actor: Actor;
  readonly causationId: string;
};

/** Frames a client sends on `/api/live`. The first one is `hello`, within five seconds. */
export type ClientFrame =
  | { readonly type: 'hello'; readonly ticket: string }
  /** `from` is the last `pos` the client has; without it (or with another epoch) the answer is a `reset`. */
  | { readonly type: 'sub'; readonly session: string; readonly epoch?: string; readonly from?: number }
  | { readonly type: 'unsub'; readonly session: string };

/** Further frames of an operator: who has a ticket bought with ADMIN_TOKEN or with an operator's cookie. */
export type OperatorFrame =
  | { readonly type: 'sub'; readonly topic: Topic }
  | { readonly type: 'unsub'; readonly topic: Topic };

export const TOPICS = ['pool', 'ops', 'projections'] as const;
export type Topic = (typeof TOPICS)[number];

/** The whole of it, at once and then after changes, at most four times a second: losing a frame loses nothing. */
export type TopicFrame =
  | { readonly type: 'topic'; readonly topic: 'pool'; readonly data: PoolView }
  | { readonly type: 'topic'; readonly topic: 'ops'; readonly data: OpsLive }
  | { readonly type: 'topic'; readonly topic: 'projections'; readonly data: readonly ProjectionStatus[] };

/** Frames the server sends. Nothing is ever part of a gap: `events… caughtUp`, or `reset`. */
export type ServerFrame =
  | { readonly type: 'welcome'; readonly epoch: string; readonly heartbeatMs: number }
  | { readonly type: 'events'; readonly session: string; readonly events: readonly PublicEvent[] }
  | { readonly type: 'caughtUp'; readonly session: string; readonly pos: number }
  | {
      readonly type: 'reset';
      readonly session: string;
      readonly epoch: string;
      readonly pos: number;
      readonly reason: 'first' | 'epoch' | 'too_far' | 'ahead';
      readonly view: SessionView;
      readonly transcript: TranscriptView;
    }
  /** A live event; `prev` is the `pos` before it, so a client knows at once when it missed one. */
  | { readonly type: 'event'; readonly session: string; readonly prev: number; readonly event: PublicEvent }
  /** Text on its way, token by token: no `pos`, superseded by the next `AgentSaid` of that turn and attempt. */
  | {
      readonly type: 'volatile';
      readonly session: string;
      readonly turnId: string;
      readonly attemptId: string;
      readonly kind: 'message' | 'thought';
      /** The whole paragraph so far, not a delta: losing one frame loses nothing. */
      readonly text: string;
    }
  /**
   * Whether events can be written and read just now: at every change, and after the welcome while it is away. The
   * connection stays, and what comes to be recorded arrives on it.
   */
  | { readonly type: 'log'; readonly state: 'up' | 'away' }
  /** A frame that is long, for clients that connect to `/api/live?parts`: the texts of its parts in a row are that frame. */
  | { readonly type: 'part'; readonly text: string; readonly last: boolean }
  /** Heads of all subscribed sessions: detects a silent loss while nothing happens. */
  | { readonly type: 'heartbeat'; readonly heads: Readonly<Record<string, number>> }
  | TopicFrame
  | {
      readonly type: 'error';
      readonly code: string;
      readonly message: string;
      readonly session?: string;
      readonly topic?: Topic;
    };

/**
 * Close codes of ours: 4400 bad frame, 4401 no or bad ticket (or an operator's, who is signed out), 4403 for operators
 * only, 4404 session gone or not yours, 4308 too slow.
 */
export const CLOSE = {
  badFrame: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  notFound: 4404,
  tooSlow: 4308,
} as const;
