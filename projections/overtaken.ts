/**
 * Thrown by read models that several servers keep: another one has written the table since this one last looked. Nothing
 * is wrong, and nothing was written; whoever writes goes on from the checkpoint there is now.
 */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
  constructor(table: string) {
    super(`another server has written ${table} meanwhile`);
  }
}
