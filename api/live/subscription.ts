import type { PublicEvent, ServerFrame } from '../../projections/live.ts';
import type { Application } from '../application.ts';
import { inFrames, RESUME_CHARS, RESUME_EVENTS, readRange } from './catch-up.ts';
import { encode, encodeEvent, encodeEvents, sizeOf } from './frames.ts';
import type { Outbox } from './outbox.ts';
import { snapshotOf } from './snapshot.ts';

export type Cursor = { readonly epoch?: string; readonly from?: number };
export type Subscription = {
  readonly session: string;
  /** Position of the last event handed to the client, once everything up to it has been. */
  readonly position: () => number | undefined;
  /** Looks for events that were appended but never announced, and sends them. */
  readonly check: () => void;
  readonly end: () => void;
};

export type SubscriptionOptions = {
  readonly app: Application;
  readonly session: string;
  readonly cursor: Cursor;
  readonly outbox: Outbox;
  /** The client cannot follow: it is to come back and resume. */
  readonly onTooSlow: () => void;
  readonly onFailure: (error: unknown) => void;
  /** There is nothing to show: the session is unknown to the read models. */
  readonly onMissing: () => void;
  /** After an event that may have ended somebody's right to watch. */
  readonly onEnding: () => void;
};

const ENDING: ReadonlySet<string> = new Set(['SessionClosed', 'SessionForgotten']);

/**
 * Joins a client to a session without a gap and without a duplicate: live events are held back first, then the past
 * is read from the client's cursor, then what was held back is merged in by position, and only then does the client
 * become live. An event that does not follow the last one sends the subscription back to reading.
 */
export const subscribe = (options: SubscriptionOptions): Subscription => {
  const { app, session, cursor, outbox } = options;
  let state: 'joining' | 'live' | 'ended' = 'joining';
  let last = -1;
  let held: PublicEvent[] = [];
  let heldChars = 0;

  const ended = (): boolean => state === 'ended';
  const send = (frame: ServerFrame): void => outbox.send(encode(frame));

  const hold = (event: PublicEvent): void => {
    // Announced again, or late: the log has it where it belongs.
    if (event.pos <= (held.at(-1)?.pos ?? last)) return;
    held.push(event);
    heldChars += sizeOf(event);
    if (heldChars > RESUME_CHARS || held.length > RESUME_EVENTS) options.onTooSlow();
  };

  const sendEvents = async (events: readonly PublicEvent[]): Promise<void> => {
    for (const group of inFrames(events)) {
      if (ended()) return;
      outbox.send(encodeEvents(session, group));
      last = group.at(-1)?.pos ?? last;
      await outbox.drained();
    }
  };

  /** Everything up to `target`, then everything held back, then live. */
  const join = async (target: number, after: 'cursor' | 'reset'): Promise<void> => {
    const start = last;
    // A snapshot that is itself far behind is not helped by another one.
    const bound = after === 'cursor' ? 'resume' : 'none';
    let until = target;
    for (;;) {
      const past = await readRange(app, session, { from: last + 1, to: until, bound });
      if (past === undefined) return reset('too_far');
      await sendEvents(past);
      await outbox.drained();
      if (ended()) return;
      // From here to `live` nothing waits, so no event can come in between.
      const rest = held.filter(({ pos }) => pos > last);
      const gap = rest.find(({ pos }, index) => pos !== last + 1 + index);
      if (gap === undefined) {
        if (rest.length > 0) outbox.send(encodeEvents(session, rest));
        last = rest.at(-1)?.pos ?? last;
        break;
      }
      until = gap.pos - 1;
    }
    held = [];
    heldChars = 0;
    state = 'live';
    if (after === 'cursor' || last > start) send({ type: 'caughtUp', session, pos: last });
  };

  const reset = async (reason: 'first' | 'epoch' | 'too_far' | 'ahead'): Promise<void> => {
    const snapshot = await snapshotOf(app, session);
    if (ended()) return;
    if (snapshot === undefined) return options.onMissing();
    last = snapshot.view.revision;
    send({ type: 'reset', session, epoch: app.live.epoch, pos: last, reason, ...snapshot });
    await outbox.drained();
    // The read models may be behind the log.
    return join(Math.max(last, await app.live.findHead(session)), 'reset');
  };

  const run = (work: Promise<void>): void => {
    work.catch((error: unknown) => {
      if (!ended()) options.onFailure(error);
    });
  };

  const rejoin = (target: number): void => {
    state = 'joining';
    run(join(target, 'cursor'));
  };

  const deliver = (event: PublicEvent): void => {
    if (event.pos > last + 1) {
      hold(event);
      rejoin(event.pos - 1);
    } else if (event.pos === last + 1) {
      if (outbox.isFull()) options.onTooSlow();
      else {
        outbox.send(encodeEvent(session, last, event));
        last = event.pos;
      }
    }
  };

  // Held back from before the first look at the log: what is appended while it is read is not lost.
  const stopEvents = app.live.onEvent(session, (event) => {
    if (state === 'joining') hold(event);
    else if (state === 'live') deliver(event);
    if (ENDING.has(event.type)) options.onEnding();
  });
  const stopVolatile = app.live.onVolatile(session, (text) => {
    // First to go under pressure: the next one says it all again, and the recorded event says it for good.
    if (state === 'live' && outbox.hasRoom()) send({ type: 'volatile', session, ...text });
  });

  const begin = async (): Promise<void> => {
    const head = await app.live.findHead(session);
    if (ended()) return;
    const reason = resetReason(cursor, app.live.epoch, head);
    if (reason !== undefined) return reset(reason);
    last = cursor.from ?? -1;
    return join(head, 'cursor');
  };
  run(begin());

  return {
    session,
    position: () => (state === 'live' ? last : undefined),
    check: () => {
      const announced = app.live.head(session);
      if (state === 'live' && announced > last) rejoin(announced);
    },
    end: () => {
      state = 'ended';
      held = [];
      stopEvents();
      stopVolatile();
    },
  };
};

const resetReason = ({ epoch, from }: Cursor, current: string, head: number) => {
  if (from === undefined || epoch === undefined) return 'first';
  if (epoch !== current) return 'epoch';
  if (from > head) return 'ahead';
  return head - from > RESUME_EVENTS ? 'too_far' : undefined;
};
