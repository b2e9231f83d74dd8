import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { PublicEvent, ServerFrame } from '../../../projections/live.ts';
import type { HttpVisitor } from '../../support/http-visitor.ts';

/** A tab of the page without a browser: it follows one session over websockets, and resumes where it was. */
export type Tab = {
  /** Every event it was ever sent, in the order of arrival, doubles included. */
  readonly events: readonly PublicEvent[];
  /** Text that was still growing when it came. */
  readonly drafts: readonly string[];
  /** What it was last told of the log. */
  readonly log: () => 'up' | 'away';
  /** How often it had to connect. */
  readonly connections: () => number;
  /** Close codes and what the server said of itself. */
  readonly said: readonly string[];
  readonly isConnected: () => boolean;
  readonly close: () => void;
};

const AGAIN_MS = 100;

/**
 * Opens the tab at what `at` names, each time anew: tickets come from one process and may be redeemed at another, as
 * behind a load balancer.
 */
export const openTab = (
  visitor: HttpVisitor,
  session: string,
  { origin, at }: { readonly origin: string; readonly at: () => string | undefined },
): Tab => {
  const events: PublicEvent[] = [];
  const drafts: string[] = [];
  const said: string[] = [];
  let socket: WebSocket | undefined;
  let connections = 0;
  let live = false;
  let log: 'up' | 'away' = 'up';
  let closed = false;

  const hear = (frame: ServerFrame): void => {
    // Whoever names the epoch is sent events from the first one on, and no snapshot.
    if (frame.type === 'welcome')
      socket?.send(
        JSON.stringify({ type: 'sub', session, epoch: frame.epoch, from: events.at(-1)?.pos ?? -1 }),
      );
    else if (frame.type === 'events') events.push(...frame.events);
    else if (frame.type === 'event') events.push(frame.event);
    else if (frame.type === 'volatile') drafts.push(frame.text);
    else if (frame.type === 'log') log = frame.state;
    else if (frame.type === 'caughtUp') live = true;
    else if (frame.type === 'reset' || frame.type === 'error') said.push(JSON.stringify(frame).slice(0, 300));
  };

  const connect = async (): Promise<void> => {
    const { status, body } = await visitor.request('POST', '/api/live/ticket');
    const url = at();
    if (status !== 200 || url === undefined) return;
    const { ticket } = body as { readonly ticket: string };
    const mine = new WebSocket(`${url.replace('http', 'ws')}/api/live`, { origin });
    socket = mine;
    const gone = once(mine, 'close');
    mine.on('error', () => undefined);
    mine.on('message', (data) => hear(JSON.parse(String(data))));
    mine.on('open', () => {
      connections += 1;
      mine.send(JSON.stringify({ type: 'hello', ticket }));
    });
    const [code] = await gone;
    live = false;
    log = 'up';
    said.push(`closed ${code}`);
  };

  const stay = async (): Promise<void> => {
    while (!closed) {
      await connect().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  };
  void stay();

  return {
    events,
    drafts,
    said,
    log: () => log,
    connections: () => connections,
    isConnected: () => live,
    close: () => {
      closed = true;
      socket?.terminate();
    },
  };
};
