import {
  type EventData,
  type JSONType,
  jsonEvent,
  type RecordedEvent,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { NewEvent, StoredEvent } from '../../../commands/ports/event-store.ts';
import { encodePosition } from './positions.ts';

/** What makes an event one of ours, in a log that is shared with the server's own events and perhaps with others'. */
const Metadata = Compile(
  Type.Object({
    causationId: Type.String(),
    correlationId: Type.String(),
    actor: Type.String(),
    at: Type.String(),
    schema: Type.Number(),
    seal: Type.String(),
  }),
);

/** What a server before 22.6 says of an event that it read from a stream: 2^64 - 1. */
const UNKNOWN_POSITION = 2n ** 64n - 1n;

export const toEventData = ({ id, type, data, metadata }: NewEvent): EventData =>
  // Its type knows no null, which it writes as it should.
  jsonEvent({ id, type, data: data as JSONType, metadata });

const isOurs = (event: RecordedEvent): boolean =>
  event.isJson && !event.streamId.startsWith('$') && Metadata.Check(event.metadata);

/** The event as the port tells it, `undefined` where it is not one of ours. */
export const toStored = ({ event }: ResolvedEvent): StoredEvent | undefined => {
  if (event === undefined || !isOurs(event)) return undefined;
  const { position } = event;
  if (position === undefined || position.commit === UNKNOWN_POSITION) {
    throw new Error('it tells no positions of events; it must be EventStoreDB 22.6 or later, or KurrentDB');
  }
  return {
    id: event.id,
    type: event.type,
    data: event.data as StoredEvent['data'],
    metadata: event.metadata as StoredEvent['metadata'],
    stream: event.streamId,
    revision: Number(event.revision),
    position: encodePosition(position),
  };
};
