import type { Json, NewEvent, StoredEvent } from '../../commands/ports/event-store.ts';
import { checksumOf } from './checksum.ts';

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
  checksum: number,
];

/** A row that cannot be what was appended: never taken for an event. */
export class DamagedRow extends Error {
  override readonly name = 'DamagedRow';
}

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

/** Throws `DamagedRow` where the row does not fit its checksum. */
export const toStored = ([
  position,
  stream,
  revision,
  id,
  type,
  data,
  metadata,
  checksum,
]: StoredRow): StoredEvent => {
  if (checksumOf(stream, revision, { id, type, data, metadata }) !== checksum) {
    throw new DamagedRow(`event ${revision} of ${stream} (position ${position}) does not fit its checksum`);
  }
  return {
    stream,
    revision,
    position: String(position),
    id,
    type,
    data: JSON.parse(data),
    metadata: JSON.parse(metadata),
  };
};
