import type { Readable } from 'node:stream';

/** The largest frame is a diff with two sides of 64 Ki characters, at most six bytes each once escaped. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** The chunks of a stream, until they add up to more than `maxBytes`: then it throws and the stream is destroyed. */
export async function* boundedChunks(stream: Readable, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`The answer has more than ${maxBytes} bytes.`);
    yield chunk;
  }
}

/** The non-empty lines of a stream. A last line without its end was cut off and is dropped. */
export async function* splitLines(stream: Readable, maxBytes = MAX_LINE_BYTES): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10, start)) {
      if (end > start) yield rest.toString('utf8', start, end);
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > maxBytes) throw new Error(`A line has more than ${maxBytes} bytes.`);
  }
}
