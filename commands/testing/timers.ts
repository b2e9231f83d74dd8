export type Timer = {
  /** On the clock that never jumps. */
  readonly at: number;
  readonly order: number;
  callback: (() => void) | undefined;
};

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Timers, soonest first and in the order they were set: a binary heap, since a simulation sets millions. */
export const createTimers = () => {
  const heap: Timer[] = [];

  const at = (index: number): Timer => {
    const timer = heap[index];
    if (timer === undefined) throw new RangeError(`no timer ${index}`);
    return timer;
  };

  const rise = (timer: Timer): void => {
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(timer, at(parent))) break;
      heap[index] = at(parent);
      index = parent;
    }
    heap[index] = timer;
  };

  const sink = (timer: Timer): void => {
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(at(child + 1), at(child))) child += 1;
      if (!isBefore(at(child), timer)) break;
      heap[index] = at(child);
      index = child;
    }
    heap[index] = timer;
  };

  const removeFirst = (): void => {
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) sink(last);
  };

  return {
    add: (timer: Timer): void => {
      heap.push(timer);
      rise(timer);
    },
    /** The next one that was not called off. */
    next: (): Timer | undefined => {
      while (heap[0] !== undefined && heap[0].callback === undefined) removeFirst();
      return heap[0];
    },
    removeFirst,
  };
};
