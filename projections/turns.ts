/** Whoever has the turn is alone until they give it back; turns are had in the order they were asked for. */
export const createTurns = () => {
  let last: Promise<void> = Promise.resolve();

  const take = async (): Promise<() => void> => {
    const before = last;
    let giveBack: () => void = () => undefined;
    last = new Promise((resolve) => {
      giveBack = resolve;
    });
    await before;
    return giveBack;
  };

  const inTurn = async <A>(work: () => Promise<A>): Promise<A> => {
    const giveBack = await take();
    try {
      return await work();
    } finally {
      giveBack();
    }
  };

  return { take, inTurn };
};

export type Turns = ReturnType<typeof createTurns>;
