import type { WebSocket } from 'ws';

/** Longer than the control plane takes to come back with a new offer after each that is taken. */
const WAIT_MS = 10_000;

export type Offers = {
  /** A websocket that stands ready to become one connection. */
  readonly add: (link: WebSocket) => void;
  /** The oldest that stands ready, waited for up to 10 s; `undefined` when none came. */
  readonly take: () => Promise<WebSocket | undefined>;
};

/** Connections the control plane has opened to us in advance, since from in here it cannot be reached. */
export const createOffers = (waitMs = WAIT_MS): Offers => {
  const standing: WebSocket[] = [];
  const waiting: ((link: WebSocket | undefined) => void)[] = [];

  const add = (link: WebSocket): void => {
    const next = waiting.shift();
    if (next !== undefined) {
      next(link);
      return;
    }
    standing.push(link);
    link.once('close', () => {
      const index = standing.indexOf(link);
      if (index >= 0) standing.splice(index, 1);
    });
  };

  const wait = (): Promise<WebSocket | undefined> =>
    new Promise((resolve) => {
      const served = (link: WebSocket | undefined): void => {
        clearTimeout(timer);
        resolve(link);
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(served), 1);
        resolve(undefined);
      }, waitMs);
      waiting.push(served);
    });

  return { add, take: async () => standing.shift() ?? wait() };
};
