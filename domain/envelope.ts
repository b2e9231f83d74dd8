/** ISO 8601 in UTC with milliseconds. Time reaches the domain as data only. */
export type Instant = string;

/** Who caused an event: a visitor by uid, a process manager by name, or the operator. */
export type Actor = `visitor:${string}` | `process-manager:${string}` | 'operator';

export type EventMetadata = {
  /** Id of the event or command that caused this one. */
  readonly causationId: string;
  /** Id of the command or nudge that started the chain. */
  readonly correlationId: string;
  readonly actor: Actor;
  readonly at: Instant;
  /** Version of the payload's schema, from 1. */
  readonly schema: number;
  /** SHA-256 (hex) over the previous event's seal and this event; see `docs/architecture.md`. */
  readonly seal: string;
};

/** An event as it was recorded: the fact itself with where, when and why. */
export type Recorded<E extends { readonly type: string; readonly data: unknown }> = E & {
  readonly id: string;
  readonly stream: string;
  /** 0-based, contiguous within the stream. */
  readonly revision: number;
  /** Opaque position in the whole log. */
  readonly position: string;
  readonly metadata: EventMetadata;
};

/** What a personal field reads as once its session's key is gone. */
export const ERASED = '[erased]';
