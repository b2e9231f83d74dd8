import type { Socket } from 'node:net';

/** One JSON value a line. A half-written last line, as a killed process leaves it, is dropped. */
export const framesOf = <In, Out>(socket: Socket) => ({
  send: (frame: Out): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(frame)}\n`);
  },
  onFrame: (take: (frame: In) => void): void => {
    let rest = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(JSON.parse(line));
    });
  },
});
