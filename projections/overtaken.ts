import type { ReadModels, Table } from './ports.ts';

/**
 * Thrown by read models that several servers keep: another one has written the table since this one last looked. Nothing
 * is wrong, and nothing was written; whoever writes goes on from the checkpoint there is now.
 */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
  /** The other one is not done yet, and the table is as it was: whoever looks again at once finds the same. */
  readonly isUnderWay: boolean;
  constructor(table: string, { isUnderWay = false }: { readonly isUnderWay?: boolean } = {}) {
    super(`another server ${isUnderWay ? 'is writing' : 'has written'} ${table} meanwhile`);
    this.isUnderWay = isUnderWay;
  }
}

/** Another server has dropped the table: it has begun another one, or has switched twice. There is nothing to go on from. */
export class TableDropped extends Error {
  override readonly name = 'TableDropped';
  constructor(table: string) {
    super(`another server has dropped ${table}`);
  }
}

/**
 * How far a table is. Throws `TableDropped` where another server has dropped it: to begin at the start of the log then
 * would make it anew for nobody.
 */
export const checkpointOf = async (
  readModels: ReadModels,
  { name, projection }: Table,
): Promise<string | undefined> => {
  const checkpoint = await readModels.checkpoint(name);
  // Asked afterwards: it may have been dropped since it was looked up.
  if (checkpoint === undefined && !(await readModels.tables(projection)).some((table) => table.name === name))
    throw new TableDropped(name);
  return checkpoint;
};
