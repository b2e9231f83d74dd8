import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const inflate = promisify(gunzip);

/** A body that is not what an SDK sends, or is too much of it; `statusCode` is what it is answered with. */
export class UnreadableBody extends Error {
  readonly statusCode: 400 | 413;

  constructor(statusCode: 400 | 413, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
const looksLikeJson = (text: string): boolean => /^\s*[[{]/.test(text);

const unzip = async (bytes: Buffer, maxOutputLength: number): Promise<Buffer> => {
  try {
    return await inflate(bytes, { maxOutputLength });
  } catch (error) {
    // zlib stops at the bound, before a zip bomb fills the memory.
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw new UnreadableBody(413, `The body is larger than ${maxOutputLength} bytes when decompressed.`);
    throw new UnreadableBody(400, 'The body begins like gzip but cannot be decompressed.');
  }
};

/**
 * The JSON in a request body of a PostHog SDK. Read from the bytes and never from the headers: posthog-js 1.434
 * sends gzip as `text/plain` with no word about it, posthog-node 5 with `content-encoding`, older ones base64 in a
 * form field `data`.
 */
export const decodeBody = async (bytes: Buffer, inflatedBytes: number): Promise<unknown> => {
  const plain = isGzip(bytes) ? await unzip(bytes, inflatedBytes) : bytes;
  const text = plain.toString('utf8');
  const field = text.startsWith('data=') ? (new URLSearchParams(text).get('data') ?? '') : text;
  if (!looksLikeJson(field)) {
    const decoded = Buffer.from(field, 'base64');
    if (isGzip(decoded)) return parse((await unzip(decoded, inflatedBytes)).toString('utf8'));
    return parse(decoded.toString('utf8'));
  }
  return parse(field);
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableBody(400, 'The body is not JSON, nor gzip or base64 of it.');
  }
};
