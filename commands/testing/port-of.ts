const NEVER = new Promise<never>(() => undefined);

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/**
 * A port as one process reaches it. When the process dies, what it had asked for may still happen, but nobody hears of
 * it: answers, also those under way, never come back, and iterations stand still.
 */
export const portOf = <Port extends object>(port: Port, isAlive: () => boolean): Port => {
  const heard = async <A>(answer: Promise<A>): Promise<A> => {
    const value = await answer;
    return isAlive() ? value : NEVER;
  };

  const reached = (result: unknown): unknown => {
    // A task that was not yet run does nothing once the process is dead.
    if (typeof result === 'function') return () => (isAlive() ? heard(result()) : NEVER);
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
        if (!isAlive()) return name === 'running' ? undefined : () => NEVER;
        return reached(Reflect.apply(member, target, [...args]));
      };
    },
  });
};
