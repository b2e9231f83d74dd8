import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePortLike } from './free-port.ts';
import { holdPort } from './held-port.ts';

/**
 * The port asked for; with 0 the one of the last run, kept in `dir`, because sessions have it in their `.env`, and only
 * where that is taken (or there was none) another.
 */
export const rememberedPort = async (dir: string, asked: number): Promise<number> => {
  if (asked !== 0) {
    await holdPort(asked, dir);
    return asked;
  }
  const file = join(dir, 'port');
  const last = Number(await readFile(file, 'utf8').catch(() => '0')) || 0;
  const port = await freePortLike(last, dir);
  if (port !== last) {
    await mkdir(dir, { recursive: true });
    await writeFile(file, String(port));
  }
  return port;
};
