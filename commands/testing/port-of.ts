/** A new one each time: whoever waits for it, and all they hold, would never be let go by one that is kept. */
export const never = (): Promise<never> => new Promise<never>(() => undefined);

/** What any call of the dead comes to, whether a task or an iteration was asked for. */
const SILENCE = Object.assign(never, { [Symbol.asyncIterator]: () => ({ next: never }) });

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/**
 * A port as one process reaches it. When the process dies, what it had asked for may still happen, but nobody hears of
 * it: answers, also those under way, never come back, and iterations stand still. While the process stands still (`still`
 * is there, and resolves once it goes on), answers wait for it.
 */
export const portOf = <Port extends object>(
  port: Port,
  isAlive: () => boolean,
  still: () => Promise<void> | undefined = () => undefined,
): Port => {
  const heard = async <A>(answer: Promise<A>): Promise<A> => {
    const value = await answer;
    for (let going = still(); going !== undefined; going = still()) await going;
    return isAlive() ? value : never();
  };

  const reached = (result: unknown): unknown => {
    // A task that was not yet run does nothing once the process is dead.
    if (typeof result === 'function') return () => (isAlive() ? heard(result()) : never());
    if (isAsyncIterable(result)) return listened(result);
    return result;
  };

  async function* listened(source: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
    const iterator = source[Symbol.asyncIterator]();
    for (;;) {
      const next = await heard(iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  return new Proxy(port, {
    get: (target, name, receiver) => {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]) => {
        if (!isAlive()) return name === 'running' ? undefined : SILENCE;
        return reached(Reflect.apply(member, target, [...args]));
      };
    },
  });
};
