import type { Actor, Instant } from '../domain/envelope.ts';
import type { SessionView, TranscriptView } from './views.ts';

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
  /** Heads of all subscribed sessions: detects a silent loss while nothing happens. */
  | { readonly type: 'heartbeat'; readonly heads: Readonly<Record<string, number>> }
  | { readonly type: 'error'; readonly code: string; readonly message: string; readonly session?: string };

/** Close codes of ours: 4400 bad frame, 4401 no or bad ticket, 4404 session gone or not yours, 4308 too slow. */
export const CLOSE = { badFrame: 4400, unauthorized: 4401, notFound: 4404, tooSlow: 4308 } as const;
