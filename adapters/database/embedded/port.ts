import { listenBriefly } from '../../listening/free-port.ts';
import { rememberedPort } from '../../listening/remembered-port.ts';
import { EmbeddedPostgresError } from './failure.ts';
import type { Home } from './home.ts';

/** The port to listen on: the asked one, or for 0 that of the last run, which the connection strings of sessions name. */
export const choosePort = async (home: Home, asked: number): Promise<number> => {
  if (asked === 0) return rememberedPort(home.path, 0);
  return listenBriefly(asked, '127.0.0.1').catch(() => {
    throw new EmbeddedPostgresError(
      'postgres_port_in_use',
      `Port ${asked} for the embedded Postgres is in use: free it, or choose another (0 picks a free one).`,
    );
  });
};
