import { freePort, listenBriefly } from '../../adapters/listening/free-port.ts';
import { holdPort } from '../../adapters/listening/held-port.ts';
import type { Config } from '../config.ts';
import { listenOrExplain } from '../lifecycle/listen.ts';
import { orStop } from './start-error.ts';

const tryPort = async ({ host, port }: Pick<Config, 'host' | 'port'>): Promise<number> => {
  if (port === 0) return freePort(host);
  // One that was asked for may well be held, by whoever starts this server: what counts is that ours choose another.
  await holdPort(port, 'the server');
  return listenBriefly(port, host);
};

/**
 * The port the server will listen on; for 0 a free one of this moment, because it must know its own address before it
 * listens. One that cannot be had is refused here: before anything is started, and not half a minute later.
 */
export const findPort = async ({ host, port }: Config): Promise<number> =>
  orStop(await listenOrExplain({ listen: tryPort }, { host, port })());
