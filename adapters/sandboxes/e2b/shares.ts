/**
 * Connections as several ports share them: some are kept for each, so that however many one of them takes, a pool of
 * database connections say, the others still have theirs.
 */
export const createShares = (
  ports: readonly number[],
  { most, kept }: { readonly most: number; readonly kept: number },
) => {
  const used = new Map(ports.map((port) => [port, 0]));
  const taken = (): number => [...used.values()].reduce((sum, count) => sum + count, 0);
  const keptForOthers = (port: number): number =>
    [...used].reduce((sum, [other, count]) => (other === port ? sum : sum + Math.max(0, kept - count)), 0);
  return {
    isFull: (): boolean => taken() >= most,
    /** Whether the port may have one more, and then it has it. */
    take: (port: number): boolean => {
      const mine = used.get(port);
      if (mine === undefined || taken() + keptForOthers(port) >= most) return false;
      used.set(port, mine + 1);
      return true;
    },
    giveBack: (port: number): void => void used.set(port, (used.get(port) ?? 1) - 1),
  };
};
