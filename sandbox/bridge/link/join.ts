import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';

/** Sent as text, where bytes are binary: the other side has said all it had to say, and may still listen. */
const END = 'end';

const bytes = (data: RawData): Uint8Array =>
  Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data;

/**
 * Makes one connection of a socket and a websocket: bytes both ways at the pace of the slower, and a half-close passed
 * on after what came before it. Both ends of a link do the same, one in the sandbox and one on the control plane.
 * The socket must have been opened with `allowHalfOpen`.
 */
export const joinLink = (socket: Socket, link: WebSocket): void => {
  let ended = false;
  socket.on('data', (chunk: Buffer) => {
    socket.pause();
    link.send(chunk, (error) => {
      if (error) socket.destroy();
      else socket.resume();
    });
  });
  socket.on('end', () => link.send(END, () => undefined));
  socket.on('error', () => link.terminate());
  socket.on('close', () => {
    // A paused websocket would never see the other side's answer to its close.
    link.resume();
    link.close();
  });
  link.on('message', (data, isBinary) => {
    if (!isBinary) {
      ended = true;
      socket.end();
    } else if (!socket.write(bytes(data))) {
      link.pause();
      socket.once('drain', () => link.resume());
    }
  });
  link.on('error', () => socket.resetAndDestroy());
  // Cut off in the middle is not the end: who is connected learns it as a reset.
  link.on('close', () => (ended ? socket.destroySoon() : socket.resetAndDestroy()));
};
