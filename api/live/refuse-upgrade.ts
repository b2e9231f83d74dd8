import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemBody } from '../http/problem.ts';

/** Answers a websocket handshake that is not to be, in plain HTTP, and hangs up. */
export const refuseUpgrade = (socket: Duplex, status: number, code: string, detail: string): void => {
  const body = JSON.stringify(problemBody(status, code, detail));
  socket.once('error', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Connection: close',
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
};
