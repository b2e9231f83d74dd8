import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

const listens = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      const taken = typeof address === 'object' && address !== null ? address.port : undefined;
      probe.close(() => resolve(taken));
    });
  });

/**
 * The port asked for; with 0 the one of the last run, because sessions keep it in their `.env`, and only where that is
 * taken (or there was none) another.
 */
export const rememberedPort = async (dir: string, asked: number): Promise<number> => {
  if (asked !== 0) return asked;
  const file = join(dir, 'port');
  const last = Number(await readFile(file, 'utf8').catch(() => '0')) || 0;
  const port = (await listens(last)) ?? (await listens(0));
  if (port === undefined) throw new Error('No free port could be found on 127.0.0.1.');
  await writeFile(file, String(port));
  return port;
};
