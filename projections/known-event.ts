import type { PoolEvent } from '../domain/pool/events.ts';
import type { SessionEvent } from '../domain/session/events.ts';
import type { PublicEvent } from './live.ts';

export type KnownSessionEvent = PublicEvent & SessionEvent;
export type KnownPoolEvent = PublicEvent & PoolEvent;

/**
 * Types an event by its `type`. An event type this version does not know falls through every `switch` to its
 * `default`, which changes nothing: a recorded event is a fact, and a projection never throws.
 */
export const asSessionEvent = (event: PublicEvent): KnownSessionEvent => event as KnownSessionEvent;
export const asPoolEvent = (event: PublicEvent): KnownPoolEvent => event as KnownPoolEvent;
