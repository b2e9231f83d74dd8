import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EmbeddedPostgresError } from './failure.ts';
import type { Home } from './home.ts';
import { startedAt } from './process-identity.ts';

const Holder = z.object({ pid: z.number().int(), startedAt: z.string() });

const holderOf = async (path: string): Promise<z.infer<typeof Holder> | undefined> => {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return undefined; // cut short by a crash: nobody holds it
  }
};

/**
 * Makes this process the one supervisor of the cluster and answers how to give that up. Rejects with
 * `EmbeddedPostgresError` `postgres_in_use` while another living process (or this one) supervises it.
 */
export const takeOwnership = async (home: Home): Promise<() => Promise<void>> => {
  const path = join(home.path, 'supervisor');
  const holder = await holderOf(path);
  if (holder !== undefined && (await startedAt(holder.pid)) === holder.startedAt) {
    throw new EmbeddedPostgresError(
      'postgres_in_use',
      `The database cluster ${home.path} is in use by process ${holder.pid}: stop it, or set MK0R_DATA_DIR.`,
    );
  }
  await rm(path, { force: true });
  // 'wx': of two that arrive here together one fails.
  const file = await open(path, 'wx', 0o600);
  const self = { pid: process.pid, startedAt: (await startedAt(process.pid)) ?? '' };
  await file.writeFile(JSON.stringify(self)).finally(() => file.close());
  return () => rm(path, { force: true });
};
