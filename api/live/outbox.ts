/** The sending half of a socket. `sent` is called when the text has left this process. */
export type Wire = {
  readonly send: (text: string, sent: () => void) => void;
  readonly close: (code: number, reason: string) => void;
};

/** Counts what has been handed to the wire and has not left yet, so that a slow reader costs a bounded amount. */
export type Outbox = {
  readonly send: (text: string) => void;
  /** Whether there is room for what can as well be left out. */
  readonly hasRoom: () => boolean;
  readonly isFull: () => boolean;
  /** Resolves when the reader has (nearly) caught up, or is gone. */
  readonly drained: () => Promise<void>;
  readonly end: () => void;
};

/** Centrifugo's default for a client's queue; a reader further behind does better to resume. */
export const BACKLOG_LIMIT = 1024 * 1024;
const ROOM = 64 * 1024;

export const createOutbox = (wire: Pick<Wire, 'send'>): Outbox => {
  let pending = 0;
  let ended = false;
  let waiting: (() => void)[] = [];

  const settle = (): void => {
    if (!ended && pending > ROOM) return;
    const released = waiting;
    waiting = [];
    for (const release of released) release();
  };

  return {
    send: (text) => {
      if (ended) return;
      pending += text.length;
      wire.send(text, () => {
        pending -= text.length;
        settle();
      });
    },
    hasRoom: () => pending <= ROOM,
    isFull: () => pending > BACKLOG_LIMIT,
    drained: () =>
      ended || pending <= ROOM ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    end: () => {
      ended = true;
      settle();
    },
  };
};
