import type { Isolation } from '../../../commands/ports/sandboxes.ts';
import type { Profile } from './profile.ts';

/** Linux ends the bridge with its parent; elsewhere, leftovers are ended at the next start. */
const endWithParent = '--pdeathsig=KILL';

const prefix = (ownUid: boolean, uid: number): readonly string[] => {
  if (process.platform !== 'linux') return [];
  return ownUid
    ? [
        'setpriv',
        `--reuid=${uid}`,
        `--regid=${uid}`,
        '--clear-groups',
        '--no-new-privs',
        '--bounding-set=-all',
        '--inh-caps=-all',
        endWithParent,
        '--',
      ]
    : ['setpriv', '--no-new-privs', endWithParent, '--'];
};

/** Plain child processes in a directory of their own: they read what their user reads and reach the host's network. */
export const processProfile = (options: {
  readonly ownUid: boolean;
  readonly limits: Isolation['limits'];
}): Profile => ({
  isolation: {
    tier: 'process',
    filesystem: 'host',
    network: 'host',
    processes: 'host',
    uid: options.ownUid ? 'own' : 'shared',
    limits: options.limits,
    kernel: 'shared',
    summary:
      'no isolation, development only: apps run as plain processes that see this machine and its network',
  },
  ownUid: options.ownUid,
  ownNetwork: false,
  inside: ({ etc: _, ...dirs }) => dirs,
  launch: (_dirs, uid, command) => {
    const [file = '', ...args] = [...prefix(options.ownUid, uid), ...command];
    return { file, args, feeds: [] };
  },
});
