import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './failure.ts';
import type { Home } from './home.ts';

const tryPort = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(found));
    });
  });

/**
 * The port to listen on: the asked one, or for 0 the one of the last run where it is free, else any free one.
 * It is kept, because the connection strings sessions hold name it.
 */
export const choosePort = async (home: Home, asked: number): Promise<number> => {
  const file = join(home.path, 'port');
  const last = Number(await readFile(file, 'utf8').catch(() => '0'));
  const port =
    asked === 0 ? ((last > 0 ? await tryPort(last) : undefined) ?? (await tryPort(0))) : await tryPort(asked);
  if (port === undefined) {
    throw new EmbeddedPostgresError(
      'postgres_port_in_use',
      `Port ${asked} for the embedded Postgres is in use: free it, or choose another (0 picks a free one).`,
    );
  }
  await writeFile(file, String(port));
  return port;
};
