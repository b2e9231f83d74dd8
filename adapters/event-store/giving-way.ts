import { setImmediate as nextTurn } from 'node:timers/promises';

/** Long for an event loop, and many reads of one stream. */
const AT_MOST_MS = 20;

/**
 * Does reads one after the other, and lets the event loop turn where those of one turn have taken `atMostMs`. SQLite is
 * read where everything else happens as well: the streams of two thousand sessions, which a start may want at once, would
 * otherwise be read and held in one go, for seconds in which nobody is answered.
 */
export const createGivingWay = (atMostMs = AT_MOST_MS) => {
  let last: Promise<unknown> = Promise.resolve();
  let began: number | undefined;
  let turning: Promise<void> | undefined;

  const turned = (): Promise<void> => {
    turning ??= nextTurn().then(() => {
      began = undefined;
      turning = undefined;
    });
    return turning;
  };

  return <A>(read: () => A): Promise<A> => {
    const mine = last.then(async () => {
      if (began !== undefined && performance.now() - began >= atMostMs) await turned();
      began ??= performance.now();
      void turned();
      return read();
    });
    last = mine.catch(() => undefined);
    return mine;
  };
};
