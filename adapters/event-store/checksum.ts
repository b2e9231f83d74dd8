import { crc32 } from 'node:zlib';
import type { EventRow } from './sqlite-rows.ts';

/**
 * CRC-32 over an event and where it stands, so that neither a flipped bit nor a row in another's place goes unnoticed.
 * JSON and names hold no line feed, which keeps what belongs to one column from moving into the next.
 */
export const checksumOf = (
  stream: string,
  revision: number,
  { id, type, data, metadata }: EventRow,
): number => crc32(`${stream}\n${revision}\n${id}\n${type}\n${data}\n${metadata}`);
