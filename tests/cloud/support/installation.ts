import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../adapters/listening/free-port.ts';
import { removeTree } from '../../../adapters/sandboxes/local/remove.ts';
import { startWholeCloud, type WholeCloud } from '../../stand-ins/whole-cloud.ts';
import { createNode, type ServerNode } from './node.ts';

export type Installation = Pick<WholeCloud, 'kurrent' | 'firestore' | 'e2b' | 'services'> & {
  /** Where browsers believe the installation is: what a load balancer in front of the `api` processes would have. */
  readonly publicUrl: string;
  readonly env: Readonly<Record<string, string>>;
  /** A process of it, started; with a `disk` of that name, on a machine of its own. */
  readonly run: (
    role: ServerNode['role'],
    more?: { readonly disk?: string; readonly env?: Readonly<Record<string, string>> },
  ) => Promise<ServerNode>;
  readonly close: () => Promise<void>;
};

/**
 * Every cloud service at its stand-in, for real server processes of one installation. They share a vault in their data
 * directory; with `FIRESTORE_KEEPS=vault+views` nothing on a disk has to be shared.
 */
export const createInstallation = async (
  settings: Readonly<Record<string, string>> = {},
): Promise<Installation> => {
  const { kurrent, firestore, e2b, services, ...cloud } = await startWholeCloud();
  const root = mkdtempSync(join(tmpdir(), 'mk0r-nodes-'));
  // The users of sandboxes have to pass through.
  chmodSync(root, 0o711);
  const publicUrl = `http://localhost:${await freePort()}`;
  const env: Readonly<Record<string, string>> = {
    ...cloud.env,
    FIRESTORE_KEEPS: 'nothing',
    MK0R_RATE_LIMITS: 'off',
    PUBLIC_URL: publicUrl,
    VM_POOL_TARGET_SIZE: '0',
    ...settings,
  };
  const nodes: ServerNode[] = [];

  return {
    ...{ kurrent, firestore, e2b, services, publicUrl, env },
    run: async (role, { disk = 'data', env: more = {} } = {}) => {
      const mine = { ...env, MK0R_DATA_DIR: join(root, disk), ...more };
      const node = createNode({ role, port: await freePort(), env: mine });
      nodes.push(node);
      await node.start();
      return node;
    },
    close: async () => {
      await Promise.all(nodes.map((node) => node.end('SIGTERM')));
      await cloud.close();
      await removeTree(root);
    },
  };
};
