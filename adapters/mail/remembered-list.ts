/** One of a listing. Names are not unique. */
export type Named = { readonly id: string; readonly name: string; readonly created_at: string };

type IsEnough = (all: readonly Named[]) => boolean;
type Change = (all: readonly Named[]) => readonly Named[];

/**
 * A listing that is worth reading once for many: a page of it is a call, and a team has two of those a second. What we
 * have changed ourselves since is in it; after a change whose outcome we were not told it is read again. Where calls are free
 * (`believed` is left out) nothing is remembered. `read` tells when it `begins`: it may have to wait for its first call.
 */
export const rememberedList = (
  read: (signal: AbortSignal, begins: () => void) => Promise<readonly Named[]>,
  believed: { readonly forMs: number; readonly now: () => number } | undefined,
): RememberedList => {
  if (believed === undefined) {
    const [nothing, fresh] = [() => undefined, (signal: AbortSignal) => read(signal, () => undefined)];
    return { fresh, known: fresh, made: nothing, gone: nothing, doubt: nothing };
  }
  const { forMs, now } = believed;
  let kept: { readonly all: readonly Named[]; readonly until: number; readonly reading: number } | undefined;
  let doubts = 0;
  let begun = 0;
  /** What has changed since each reading that is under way began. */
  const readings = new Set<Change[]>();
  let last: Promise<unknown> = Promise.resolve();

  const fresh = async (signal: AbortSignal): Promise<readonly Named[]> => {
    const [changes, before]: [Change[], number] = [[], doubts];
    readings.add(changes);
    let reading = 0;
    const begins = () => {
      begun += 1;
      reading = begun;
    };
    try {
      const was = await read(signal, begins);
      const all = changes.reduce((listed, change) => change(listed), was);
      if (doubts === before) kept = { all, until: now() + forMs, reading };
      return all;
    } finally {
      readings.delete(changes);
    }
  };
  /** What was begun to be read after it was asked for is as it is now, whoever reads it. */
  const remembered = (isEnough: IsEnough, asked: number): readonly Named[] | undefined =>
    kept !== undefined && (kept.reading > asked || (now() < kept.until && isEnough(kept.all)))
      ? kept.all
      : undefined;

  const changed = (change: Change): void => {
    for (const reading of readings) reading.push(change);
    if (kept !== undefined) kept = { ...kept, all: change(kept.all) };
  };

  return {
    fresh,
    // One reads, and the others have what it has read.
    known: async (signal, isEnough = () => true) => {
      const asked = begun;
      const atHand = remembered(isEnough, asked);
      if (atHand !== undefined) return atHand;
      const mine = last.then(() => remembered(isEnough, asked) ?? fresh(signal));
      last = mine.catch(() => undefined);
      return mine;
    },
    made: (one) => changed((all) => [one, ...all.filter(({ id }) => id !== one.id)]),
    gone: (id) => changed((all) => all.filter((one) => one.id !== id)),
    doubt: () => {
      doubts += 1;
      kept = undefined;
    },
  };
};

export type RememberedList = {
  /** As it is now. */
  readonly fresh: (signal: AbortSignal) => Promise<readonly Named[]>;
  /**
   * As it was read a short while ago, with what we have changed since; where that is not enough, as it is now. Who asks
   * before others have begun to read it shares what they read.
   */
  readonly known: (signal: AbortSignal, isEnough?: IsEnough) => Promise<readonly Named[]>;
  readonly made: (one: Named) => void;
  readonly gone: (id: string) => void;
  /** Something was asked for, and nobody has told us whether it was done. */
  readonly doubt: () => void;
};
