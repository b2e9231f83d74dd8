import { CLOSE } from '../../../projections/live.ts';
import { backoffMs } from './backoff.ts';

export type Handlers = {
  readonly open: () => void;
  readonly message: (data: unknown) => void;
  readonly close: (code: number) => void;
};

/** The part of `WebSocket` that is used, so that tests can hand in their own. */
export type Socket = {
  send: (text: string) => void;
  close: () => void;
  /** Replaces the handlers set before; `undefined` takes it away. */
  on: (handlers: Handlers | undefined) => void;
};

export type Network = {
  readonly ticket: () => Promise<{ readonly ticket: string }>;
  readonly open: () => Socket;
  readonly later: (work: () => void, ms: number) => () => void;
  readonly random: () => number;
  readonly now: () => number;
};

export type LinkState = {
  readonly state: 'connecting' | 'open' | 'waiting';
  /** Failed attempts in a row. */
  readonly attempt: number;
  /** Set while `waiting`, epoch milliseconds. */
  readonly retryAt?: number;
};

export type Uses<Frame> = {
  /** What comes in; `say` answers. `steady` says that the connection has proved itself: the next wait is short again. */
  readonly hear: (frame: Frame, say: (frame: object) => void) => 'steady' | 'unproven' | 'over';
  /** The connection is gone. `over`: there is nothing to come back to. */
  readonly lost: (code: number) => 'again' | 'over';
  readonly changed: (link: LinkState) => void;
};

/** Three silent heartbeats mean a dead connection that the network has not told us about. */
const SILENT_HEARTBEATS = 3;
const HELLO_LIMIT_MS = 10_000;

/** A websocket to `/api/live` that comes back by itself: a ticket, hello, and from then on whatever it is used for. */
export const connectLink = <Frame extends { readonly type: string }>(
  network: Network,
  { hear, lost, changed }: Uses<Frame>,
) => {
  let link: LinkState = { state: 'connecting', attempt: 0 };
  let socket: Socket | undefined;
  let cancelTimer = (): void => undefined;
  let heartbeatMs = HELLO_LIMIT_MS;
  let closed = false;
  let over = false;
  /** Of a long frame, as far as it has come. */
  let parts: readonly string[] = [];

  const set = (next: LinkState): void => {
    link = next;
    changed(link);
  };
  const timer = (work: () => void, ms: number): void => {
    cancelTimer();
    cancelTimer = network.later(work, ms);
  };

  const drop = (code: number): void => {
    const dead = socket;
    socket = undefined;
    cancelTimer();
    dead?.on(undefined);
    dead?.close();
    if (closed) return;
    if (lost(code) === 'over') {
      over = true;
      set({ state: 'waiting', attempt: 0 });
      return;
    }
    const wait = backoffMs(link.attempt, network.random());
    set({ state: 'waiting', attempt: link.attempt + 1, retryAt: network.now() + wait });
    timer(() => void connect(), wait);
  };

  const listen = (): void => timer(() => drop(0), heartbeatMs * SILENT_HEARTBEATS);

  const receive = (open: Socket, data: unknown): void => {
    let frame: Frame;
    try {
      frame = JSON.parse(String(data)) as Frame;
    } catch {
      drop(CLOSE.badFrame);
      return;
    }
    if (frame.type === 'part') {
      parts = [...parts, String(Reflect.get(frame, 'text'))];
      if (Reflect.get(frame, 'last') === true) {
        const whole = parts.join('');
        parts = [];
        receive(open, whole);
      } else listen();
      return;
    }
    if (frame.type === 'welcome') heartbeatMs = Number(Reflect.get(frame, 'heartbeatMs'));
    const found = hear(frame, (answer) => open.send(JSON.stringify(answer)));
    set({ state: 'open', attempt: found === 'steady' ? 0 : link.attempt });
    if (found === 'over') drop(CLOSE.notFound);
    else listen();
  };

  const connect = async (): Promise<void> => {
    set({ state: 'connecting', attempt: link.attempt });
    let ticket: string;
    try {
      ({ ticket } = await network.ticket());
    } catch {
      if (!closed && socket === undefined) drop(0);
      return;
    }
    if (closed || socket !== undefined) return;
    const open = network.open();
    parts = [];
    socket = open;
    open.on({
      open: () => open.send(JSON.stringify({ type: 'hello', ticket })),
      message: (data) => receive(open, data),
      close: drop,
    });
    timer(() => drop(0), HELLO_LIMIT_MS);
  };

  void connect();
  return {
    /** The network is back, or the page is looked at again: do not sit out the backoff. */
    nudge: (): void => {
      if (closed || over || link.state !== 'waiting') return;
      cancelTimer();
      void connect();
    },
    close: (): void => {
      closed = true;
      drop(1000);
    },
  };
};
