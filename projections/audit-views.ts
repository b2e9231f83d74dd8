import type { Actor, Instant } from '../domain/envelope.ts';
import type { StepName } from '../domain/steps.ts';
import type { PublicEvent } from './live.ts';
import type { OpsState } from './operator-views.ts';

/** A history as the HTTP API sends it, to its owner and, with personal text masked, to operators. */

/** What an operator reads in place of what a person, or an agent answering one, said or wrote. */
export const MASKED = '[personal]';

/** A row of the audit page. */
export type AuditEvent = PublicEvent & {
  readonly correlationId: string;
  /** Version of the payload's schema, as it is read. */
  readonly schema: number;
  /** SHA-256 (hex) over the event before and this one. */
  readonly seal: string;
  /** One line for a person. */
  readonly summary: string;
  /** The boot, life or release step it is about. */
  readonly step?: StepName;
  readonly turnId?: string;
};

/**
 * A page, always in the order of the log. Where a filter is rare a page may be short, even empty, and still not be the
 * last one: only what `next` and `previous` say counts.
 */
export type AuditPage = {
  readonly events: readonly AuditEvent[];
  /** Revision of the stream's last event; -1 for an unknown stream. */
  readonly head: number;
  /** `from` of the page after this one; absent at the end. */
  readonly next?: number;
  /** `before` of the page before this one; absent at the start. */
  readonly previous?: number;
};

export type Verification = {
  /** How many seals were looked at: all, or up to the first that does not fit. */
  readonly events: number;
  readonly firstBad?: {
    /** Its revision. */
    readonly pos: number;
    /** Absent where an event is missing. */
    readonly type?: string;
    readonly reason: string;
    /** Seals, or revisions where the stream has a hole. */
    readonly expected: string;
    readonly actual: string;
  };
};

/** One link of a causal chain. `depth` counts from the event asked about: 1 is its direct cause, or effect. */
export type ChainLink =
  | { readonly kind: 'event'; readonly depth: number; readonly event: AuditEvent }
  /** What somebody asked for; it is not an event itself. */
  | { readonly kind: 'command'; readonly depth: number; readonly id: string; readonly actor: Actor }
  /** What a process manager did of its own accord, e.g. on a timer. */
  | { readonly kind: 'process-manager'; readonly depth: number; readonly id: string; readonly name: string };

export type CausalChain = {
  readonly event: AuditEvent;
  /** From its direct cause to where it all began. */
  readonly ancestors: readonly ChainLink[];
  /** What it caused, nearest first. */
  readonly descendants: readonly ChainLink[];
  /** More than the hundred links that are shown on either side. */
  readonly truncated: boolean;
};

/** A session in the operator's list: what it is, never what was said in it. */
export type AuditSession = {
  readonly sessionId: string;
  readonly slug: string;
  readonly state: OpsState;
  readonly source?: 'pool' | 'cold';
  /** uid of who claimed it. */
  readonly owner?: string;
  readonly plannedAt: Instant;
  readonly lastActivityAt: Instant;
  /** Of its last event. */
  readonly revision: number;
  /** Steps that were given up on. */
  readonly parked: number;
};

export type AuditSessions = {
  /** The one used last first. */
  readonly sessions: readonly AuditSession[];
  /** All that match. */
  readonly total: number;
  /** `cursor` of the page after this one; absent at the end. */
  readonly next?: string;
};
