/** One of a listing. Names are not unique. */
export type Named = { readonly id: string; readonly name: string; readonly created_at: string };

type Change = (all: readonly Named[]) => readonly Named[];

/**
 * A listing that is worth reading once for many: a page of it is a call, and a team has two of those a second. What we
 * have changed ourselves since is in it; after a change whose outcome we were not told it is read again. Where calls are free
 * (`believed` is left out) nothing is remembered.
 */
export const rememberedList = (
  read: (signal: AbortSignal) => Promise<readonly Named[]>,
  believed: { readonly forMs: number; readonly now: () => number } | undefined,
): RememberedList => {
  if (believed === undefined)
    return { fresh: read, known: read, made: () => undefined, gone: () => undefined, doubt: () => undefined };
  const { forMs, now } = believed;
  let kept: { readonly all: readonly Named[]; readonly until: number } | undefined;
  let doubts = 0;
  /** What has changed since each reading that is under way began. */
  const readings = new Set<Change[]>();
  let last: Promise<unknown> = Promise.resolve();

  const fresh = async (signal: AbortSignal): Promise<readonly Named[]> => {
    const [changes, before]: [Change[], number] = [[], doubts];
    readings.add(changes);
    try {
      const was = await read(signal);
      const all = changes.reduce((listed, change) => change(listed), was);
      if (doubts === before) kept = { all, until: now() + forMs };
      return all;
    } finally {
      readings.delete(changes);
    }
  };
  const known = async (signal: AbortSignal): Promise<readonly Named[]> =>
    kept !== undefined && now() < kept.until ? kept.all : fresh(signal);

  const changed = (change: Change): void => {
    for (const reading of readings) reading.push(change);
    if (kept !== undefined) kept = { ...kept, all: change(kept.all) };
  };

  return {
    fresh,
    // One reads, and the others have what it has read.
    known: (signal) => {
      const mine = last.then(() => known(signal));
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
  /** As it was read a short while ago, with what we have changed since. */
  readonly known: (signal: AbortSignal) => Promise<readonly Named[]>;
  readonly made: (one: Named) => void;
  readonly gone: (id: string) => void;
  /** Something was asked for, and nobody has told us whether it was done. */
  readonly doubt: () => void;
};
