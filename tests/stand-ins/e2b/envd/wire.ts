import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A number for the REST part, a name such as `not_found` for the Connect part. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number | string;
  constructor(status: number, code: number | string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** A unary call of the Connect protocol with its JSON codec: one message, as it is. */
export const readUnary = async <A>(request: IncomingMessage): Promise<A> =>
  JSON.parse((await buffer(request)).toString('utf8') || '{}');

/** Flag byte and length in front of every message of a stream (https://connectrpc.com/docs/protocol#streaming-rpcs). */
const ENVELOPE = 5;
const END_OF_STREAM = 2;

export const readStreamed = async <A>(request: IncomingMessage): Promise<A> => {
  const bytes = await buffer(request);
  return JSON.parse(bytes.subarray(ENVELOPE, ENVELOPE + bytes.readUInt32BE(1)).toString('utf8'));
};

const envelope = (flag: number, message: unknown): Buffer => {
  const body = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(ENVELOPE);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
};

export type Stream = {
  readonly send: (message: unknown) => void;
  /** Ends it, well or with an error in the last message: by then the status was sent long ago. */
  readonly end: (error?: { readonly code: string; readonly message: string }) => void;
};

export const openStream = (response: ServerResponse): Stream => {
  response.writeHead(200, { 'content-type': 'application/connect+json' });
  response.flushHeaders();
  return {
    send: (message) => void response.write(envelope(0, message)),
    end: (error) => void response.end(envelope(END_OF_STREAM, error === undefined ? {} : { error })),
  };
};
