import { CLOSE, type ClientFrame, type ServerFrame } from '../../../projections/live.ts';
import { backoffMs } from './backoff.ts';
import { begin, disconnect, type Fold, receive, type Sync, type Views } from './sync.ts';

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

export type Outside = {
  readonly ticket: () => Promise<{ readonly ticket: string }>;
  readonly open: () => Socket;
  readonly fold: Fold;
  readonly later: (work: () => void, ms: number) => () => void;
  readonly random: () => number;
  readonly now: () => number;
};

export type Link = {
  readonly state: 'connecting' | 'open' | 'waiting';
  /** Failed attempts in a row. */
  readonly attempt: number;
  /** Set while `waiting`, epoch milliseconds. */
  readonly retryAt?: number;
};
export type Snapshot = { readonly sync: Sync; readonly link: Link };

export type Kept = { readonly epoch: string; readonly pos: number; readonly views: Views };

/** Three silent heartbeats mean a dead connection that the network has not told us about. */
const SILENT_HEARTBEATS = 3;
const HELLO_LIMIT_MS = 10_000;

/** Follows one session for as long as the page is open: connects, resumes from its position, reconnects. */
export const follow = (session: string, outside: Outside, kept?: Kept) => {
  let snapshot: Snapshot = { sync: begin(session, kept), link: { state: 'connecting', attempt: 0 } };
  const listeners = new Set<() => void>();
  let socket: Socket | undefined;
  let cancelTimer = (): void => undefined;
  let heartbeatMs = HELLO_LIMIT_MS;
  let closed = false;

  const set = (next: Partial<Snapshot>): void => {
    snapshot = { ...snapshot, ...next };
    for (const listener of listeners) listener();
  };
  const timer = (work: () => void, ms: number): void => {
    cancelTimer();
    cancelTimer = outside.later(work, ms);
  };

  const drop = (code: number): void => {
    const dead = socket;
    socket = undefined;
    cancelTimer();
    dead?.on(undefined);
    dead?.close();
    if (closed) return;
    const sync = disconnect(snapshot.sync);
    if (code === CLOSE.notFound || sync.phase === 'gone') {
      set({ sync: { ...sync, phase: 'gone' }, link: { state: 'waiting', attempt: 0 } });
      return;
    }
    const wait = backoffMs(snapshot.link.attempt, outside.random());
    const attempt = snapshot.link.attempt + 1;
    set({ sync, link: { state: 'waiting', attempt, retryAt: outside.now() + wait } });
    timer(() => void connect(), wait);
  };

  const listen = (): void => timer(() => drop(0), heartbeatMs * SILENT_HEARTBEATS);

  const hear = (open: Socket, data: unknown): void => {
    let frame: ServerFrame;
    try {
      frame = JSON.parse(String(data)) as ServerFrame;
    } catch {
      drop(CLOSE.badFrame);
      return;
    }
    if (frame.type === 'welcome') heartbeatMs = frame.heartbeatMs;
    const step = receive(outside.fold, snapshot.sync, frame);
    const attempt = step.sync.phase === 'live' ? 0 : snapshot.link.attempt;
    set({ sync: step.sync, link: { state: 'open', attempt } });
    for (const answer of step.send) open.send(JSON.stringify(answer));
    if (step.sync.phase === 'gone') drop(CLOSE.notFound);
    else listen();
  };

  const connect = async (): Promise<void> => {
    const link = snapshot.link;
    set({ link: { state: 'connecting', attempt: link.attempt } });
    let ticket: string;
    try {
      ({ ticket } = await outside.ticket());
    } catch {
      if (!closed && socket === undefined) drop(0);
      return;
    }
    if (closed || socket !== undefined) return;
    const open = outside.open();
    socket = open;
    open.on({
      open: () => open.send(JSON.stringify({ type: 'hello', ticket } satisfies ClientFrame)),
      message: (data) => hear(open, data),
      close: drop,
    });
    timer(() => drop(0), HELLO_LIMIT_MS);
  };

  void connect();

  return {
    get: (): Snapshot => snapshot,
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** The network is back, or the page is looked at again: do not sit out the backoff. */
    nudge: (): void => {
      if (closed || snapshot.link.state !== 'waiting' || snapshot.sync.phase === 'gone') return;
      cancelTimer();
      void connect();
    },
    close: (): void => {
      closed = true;
      drop(1000);
      listeners.clear();
    },
  };
};
export type Following = ReturnType<typeof follow>;
