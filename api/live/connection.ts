import { isLeft } from 'fp-ts/lib/Either.js';
import {
  CLOSE,
  type ClientFrame,
  type OperatorFrame,
  type ServerFrame,
  type Topic,
} from '../../projections/live.ts';
import type { Application } from '../application.ts';
import type { Operators } from '../http/operators.ts';
import { encode, parseFrame } from './frames.ts';
import { createOutbox, type Wire } from './outbox.ts';
import { type Subscription, subscribe } from './subscription.ts';
import type { Holder, Tickets } from './tickets.ts';
import type { Topics } from './topics.ts';

export type Connection = {
  /** A frame from the client, as it came. */
  readonly receive: (text: string) => void;
  /** Tells the client where its sessions are, and looks whether it may still watch them. */
  readonly beat: () => void;
  /** Tells the client that the log is away, or back. */
  readonly tellLog: (state: 'up' | 'away') => void;
  /** Resolves when every frame received so far has been dealt with. */
  readonly idle: () => Promise<void>;
  readonly end: () => void;
};

export type ConnectionOptions = {
  readonly app: Application;
  readonly tickets: Pick<Tickets, 'redeem'>;
  readonly operators: Pick<Operators, 'isStill'>;
  readonly topics: Topics;
  readonly wire: Wire;
  readonly heartbeatMs: number;
  /** How long it may be open without having said who it is. */
  readonly helloMs?: number;
  /** False where this visitor, or the operator, has too many connections already. */
  readonly admit: (holder: Holder) => boolean;
  readonly onError: (error: unknown) => void;
};

const HELLO_MS = 5_000;
/** Sessions one connection may watch at a time. */
const MOST_SUBSCRIPTIONS = 20;
/** Frames a minute: a page sends one per (re)connect and session. OWASP suggests about 100. */
const MOST_FRAMES = 120;
const MINUTE = 60_000;

/** Standard close codes beside our own. */
const POLICY = 1008;
const TRY_AGAIN = 1013;

/** One client on one socket: who it is, and what it watches. */
export const createConnection = (options: ConnectionOptions): Connection => {
  const { app, wire, helloMs = HELLO_MS } = options;
  const outbox = createOutbox(wire);
  const subscriptions = new Map<string, Subscription>();
  const watched = new Map<Topic, () => void>();
  let holder: Holder | undefined;
  let ended = false;
  let frames = { since: Date.now(), count: 0 };
  let work: Promise<void> = Promise.resolve();

  const send = (frame: ServerFrame): void => outbox.send(encode(frame));
  const end = (): void => {
    ended = true;
    clearTimeout(helloTimer);
    outbox.end();
    for (const subscription of subscriptions.values()) subscription.end();
    subscriptions.clear();
    for (const stop of watched.values()) stop();
    watched.clear();
  };
  const close = (code: number, reason: string): void => {
    if (ended) return;
    end();
    wire.close(code, reason);
  };
  const helloTimer = setTimeout(() => close(CLOSE.unauthorized, 'no hello'), helloMs);

  const drop = (session: string): void => {
    subscriptions.get(session)?.end();
    subscriptions.delete(session);
  };

  const refuse = (session: string, code: string, message: string): void => {
    drop(session);
    send({ type: 'error', code, message, session });
    // A page watches one session: with nothing left to watch there is nothing to stay for.
    if (subscriptions.size + watched.size === 0) close(CLOSE.notFound, code);
  };
  const refuseUnknown = (session: string): void =>
    refuse(session, 'session_not_found', 'There is no such session, or it is not yours.');

  /** Asked at every `sub`, every heartbeat and every end of a session: a right once had is not a right kept. */
  const mayWatch = async (session: string): Promise<boolean> => {
    if (holder === undefined) return false;
    if ('operator' in holder) {
      refuse(session, 'visitor_required', 'Operators read a history at /api/audit/sessions.');
      return false;
    }
    const access = await app.access(session, holder.uid, holder.sessionKey);
    if (access === 'granted') return true;
    if (access === 'not_found') refuseUnknown(session);
    else
      refuse(session, 'session_key_wrong', "The session's key is missing or not the one it was made with.");
    return false;
  };

  const sub = async ({ session, epoch, from }: ClientFrame & { type: 'sub' }): Promise<void> => {
    drop(session);
    if (subscriptions.size >= MOST_SUBSCRIPTIONS) return close(POLICY, 'too many subscriptions');
    if (!(await mayWatch(session)) || ended) return;
    const subscription = subscribe({
      app,
      session,
      cursor: { ...(epoch === undefined ? {} : { epoch }), ...(from === undefined ? {} : { from }) },
      outbox,
      onTooSlow: () => close(CLOSE.tooSlow, 'too slow: come back and resume'),
      onMissing: () => refuseUnknown(session),
      onEnding: () => then(async () => void (await mayWatch(session))),
      onFailure: (error) => {
        options.onError(error);
        send({ type: 'error', code: 'store_unavailable', message: 'The log cannot be read now.', session });
        close(TRY_AGAIN, 'store unavailable');
      },
    });
    subscriptions.set(session, subscription);
  };

  const isOperator = (): boolean =>
    holder !== undefined && 'operator' in holder && options.operators.isStill(holder.operator);

  const signedOut = (): void => close(CLOSE.unauthorized, 'the operator has signed out');

  const watch = (topic: Topic): void => {
    if (holder === undefined || !('operator' in holder)) {
      send({ type: 'error', code: 'operator_required', message: 'This is for operators only.', topic });
      close(CLOSE.forbidden, 'operator_required');
      return;
    }
    watched.get(topic)?.();
    const stop = options.topics.watch(topic, (text) => {
      if (!isOperator()) signedOut();
      else if (outbox.isFull()) close(CLOSE.tooSlow, 'too slow: come back');
      else if (outbox.hasRoom()) {
        outbox.send(text);
        return true;
      }
      return false;
    });
    if (ended) stop();
    else watched.set(topic, stop);
  };

  const unwatch = (topic: Topic): void => {
    watched.get(topic)?.();
    watched.delete(topic);
  };

  const hello = (ticket: string): void => {
    holder = options.tickets.redeem(ticket);
    if (holder === undefined) close(CLOSE.unauthorized, 'ticket used, too old or unknown');
    else if (!options.admit(holder)) close(POLICY, 'too many connections');
    else {
      clearTimeout(helloTimer);
      send({ type: 'welcome', epoch: app.live.epoch, heartbeatMs: options.heartbeatMs });
      if (app.health().store !== 'up') send({ type: 'log', state: 'away' });
    }
  };

  const handle = async (frame: ClientFrame | OperatorFrame): Promise<void> => {
    if (ended) return;
    if ((holder === undefined) !== (frame.type === 'hello')) {
      return close(CLOSE.badFrame, 'one hello, and that first');
    }
    if (frame.type === 'hello') hello(frame.ticket);
    else if ('topic' in frame) (frame.type === 'sub' ? watch : unwatch)(frame.topic);
    else if (frame.type === 'sub') await sub(frame);
    else drop(frame.session);
  };

  /** One thing after the other: an `unsub` never overtakes the `sub` before it. */
  const then = (next: () => Promise<void>): void => {
    work = work.then(next).catch((error: unknown) => {
      options.onError(error);
      close(TRY_AGAIN, 'something went wrong');
    });
  };

  const tooMany = (): boolean => {
    if (Date.now() - frames.since > MINUTE) frames = { since: Date.now(), count: 0 };
    frames.count += 1;
    return frames.count > MOST_FRAMES;
  };

  return {
    receive: (text) => {
      if (ended) return;
      if (tooMany()) return close(POLICY, 'too many frames');
      const frame = parseFrame(text);
      if (isLeft(frame)) return close(CLOSE.badFrame, frame.left);
      then(() => handle(frame.right));
    },
    beat: () => {
      if (ended || holder === undefined) return;
      if ('operator' in holder && !isOperator()) return signedOut();
      const heads: Record<string, number> = {};
      for (const subscription of subscriptions.values()) {
        const { session } = subscription;
        const position = subscription.position();
        if (position !== undefined) heads[session] = Math.max(position, app.live.head(session));
        subscription.check();
        then(async () => void (subscriptions.has(session) && (await mayWatch(session))));
      }
      if (outbox.hasRoom()) send({ type: 'heartbeat', heads });
    },
    tellLog: (state) => {
      if (!ended && holder !== undefined) send({ type: 'log', state });
    },
    idle: () => work,
    end,
  };
};
