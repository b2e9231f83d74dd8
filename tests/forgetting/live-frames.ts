import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { HttpVisitor } from '../support/http-visitor.ts';
import type { Place } from '../support/secret-search.ts';

export type LiveFrames = { readonly frames: readonly Place[]; readonly close: () => void };

/** Watches a session over the websocket, from its first event, as a page does. */
export const watchLive = async (url: string, visitor: HttpVisitor, session: string): Promise<LiveFrames> => {
  const { body } = await visitor.request('POST', '/api/live/ticket');
  const { ticket } = body as { readonly ticket: string };
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/live`, { origin: url });
  const frames: Place[] = [];
  socket.on('message', (data) => frames.push({ name: `frame ${frames.length}`, text: String(data) }));
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'hello', ticket }));
  socket.send(JSON.stringify({ type: 'sub', session, from: -1 }));
  return { frames, close: () => socket.close() };
};
