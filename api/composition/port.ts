import { createServer } from 'node:net';
import type { Config } from '../config.ts';
import { listenOrExplain } from '../lifecycle/listen.ts';
import { orStop } from './start-error.ts';

const listenBriefly = ({ host, port }: { readonly host: string; readonly port: number }): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });

/**
 * The port the server will listen on; for 0 a free one of this moment, because it must know its own address before it
 * listens. One that cannot be had is refused here: before anything is started, and not half a minute later.
 */
export const findPort = async ({ host, port }: Config): Promise<number> =>
  orStop(await listenOrExplain({ listen: listenBriefly }, { host, port })());
