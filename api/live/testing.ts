import type { WebSocket } from 'ws';
import type { ClientFrame, OperatorFrame, PublicEvent, ServerFrame } from '../../projections/live.ts';
import { createOperators } from '../http/operators.ts';
import type { FakeApplication, FakeSession } from '../testing/fake-application.ts';
import { type Connection, createConnection } from './connection.ts';
import { createTickets, type Holder } from './tickets.ts';
import { createTopics } from './topics.ts';

/** A connection with a hand on its wire: what is sent stays in `unread` until it is read. */
export const connect = (app: FakeApplication, holder: Holder, { topicsEveryMs = 5 } = {}) => {
  const tickets = createTickets('a key of this test');
  const operators = createOperators({ adminToken: 'the token', key: 'a key' });
  const unread: { readonly text: string; readonly sent: () => void }[] = [];
  const closed: { code: number; reason: string }[] = [];
  const errors: unknown[] = [];
  const connection: Connection = createConnection({
    app,
    tickets,
    operators,
    topics: createTopics(app, (error) => errors.push(error), topicsEveryMs),
    heartbeatMs: 15_000,
    admit: () => true,
    onError: (error) => errors.push(error),
    wire: {
      send: (text, sent) => unread.push({ text, sent }),
      close: (code, reason) => closed.push({ code, reason }),
    },
  });
  return {
    connection,
    operators,
    closed,
    errors,
    unread,
    send: (frame: ClientFrame | OperatorFrame) => connection.receive(JSON.stringify(frame)),
    hello: () => connection.receive(JSON.stringify({ type: 'hello', ticket: tickets.issue(holder).ticket })),
    /** The next frame off the wire. */
    read: (): ServerFrame | undefined => {
      const next = unread.shift();
      next?.sent();
      return next && (JSON.parse(next.text) as ServerFrame);
    },
    /** Everything on the wire, and what comes of reading it, until nothing comes any more. */
    readAll: async (): Promise<readonly ServerFrame[]> => {
      const frames: ServerFrame[] = [];
      for (let quiet = 0; quiet < 10; quiet += 1) {
        await connection.idle();
        await new Promise((resolve) => setImmediate(resolve));
        for (let next = unread.shift(); next !== undefined; next = unread.shift()) {
          quiet = 0;
          next.sent();
          frames.push(JSON.parse(next.text) as ServerFrame);
        }
      }
      return frames;
    },
  };
};
export type Client = ReturnType<typeof connect>;

/** Frames as they come, to be waited for one by one. */
export const framesOf = (socket: WebSocket) => {
  const frames: ServerFrame[] = [];
  let wake = (): void => undefined;
  socket.on('message', (data) => {
    frames.push(JSON.parse(`${data}`) as ServerFrame);
    wake();
  });
  return async (): Promise<ServerFrame> => {
    while (frames.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return frames.shift() as ServerFrame;
  };
};

export const holderOf = ({ owner, sessionKey }: FakeSession): Holder => ({ uid: owner, sessionKey });

/**
 * A page's memory of one session, by the book: the next event is applied, a known one is counted, one after a gap is
 * a fault of the server.
 */
export const createReader = () => {
  const applied: number[] = [];
  let epoch: string | undefined;
  let pos = -1;
  const faults: string[] = [];

  const apply = ({ pos: next }: PublicEvent): void => {
    if (next === pos + 1) {
      pos = next;
      applied.push(next);
    } else faults.push(next <= pos ? `event ${next} came twice` : `gap from ${pos} to ${next}`);
  };

  return {
    applied,
    faults,
    position: () => pos,
    cursor: (): { epoch?: string; from?: number } => (epoch === undefined ? {} : { epoch, from: pos }),
    see: (frame: ServerFrame): void => {
      if (frame.type === 'welcome') return;
      if (frame.type === 'events') for (const event of frame.events) apply(event);
      if (frame.type === 'event') {
        if (frame.prev !== pos) faults.push(`prev ${frame.prev} after ${pos}`);
        apply(frame.event);
      }
      if (frame.type === 'caughtUp' && frame.pos !== pos) faults.push(`caught up to ${frame.pos} at ${pos}`);
      if (frame.type === 'reset') {
        // A snapshot stands for everything up to it.
        if (frame.view.revision !== frame.pos || frame.transcript.revision !== frame.pos) {
          faults.push(`reset to ${frame.pos} with a view of ${frame.view.revision}`);
        }
        if (frame.pos < pos) faults.push(`reset back from ${pos} to ${frame.pos}`);
        for (let p = pos + 1; p <= frame.pos; p += 1) applied.push(p);
        ({ pos, epoch } = frame);
      }
    },
  };
};
