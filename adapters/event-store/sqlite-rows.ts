import type { Json, NewEvent, StoredEvent, Unwanted } from '../../commands/ports/event-store.ts';

/** An event ready to be bound: JSON is made before the transaction, so that bad input fails its caller only. */
export type EventRow = {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
};

/** Columns in the order every read of ours selects them; arrays, as objects cost a third more per row. */
export type StoredRow = readonly [
  position: number,
  stream: string,
  revision: number,
  id: string,
  type: string,
  data: string,
  metadata: string,
];

const serialised = (value: Json | NewEvent['metadata']): string => {
  const text: unknown = JSON.stringify(value);
  if (typeof text !== 'string') throw new TypeError('an event needs data and metadata that JSON can hold');
  return text;
};

export const toRow = (event: NewEvent): EventRow => ({
  id: event.id,
  type: event.type,
  data: serialised(event.data),
  metadata: serialised(event.metadata),
});

const NOTHING: Unwanted = new Set();

export const toStored = (
  [position, stream, revision, id, type, data, metadata]: StoredRow,
  without = NOTHING,
): StoredEvent => ({
  stream,
  revision,
  position: String(position),
  id,
  type,
  data: without.has(type) ? null : JSON.parse(data),
  metadata: JSON.parse(metadata),
});
