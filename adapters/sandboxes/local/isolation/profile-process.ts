import type { Isolation } from '../../../../commands/ports/sandboxes.ts';
import type { Profile } from '../profile.ts';

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

const asWhom = (ownUid: boolean): string => {
  if (ownUid) return 'under users of their own';
  return process.getuid?.() === 0 ? 'as root' : 'as your own user';
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
    summary: `no isolation, development only: apps run as plain processes of this machine, ${asWhom(options.ownUid)}, and see its files and its network`,
  },
  ownUid: options.ownUid,
  ownNetwork: false,
  inside: ({ etc: _, shown: __, ...dirs }) => dirs,
  launch: (_dirs, uid, command) => {
    const [file = '', ...args] = [...prefix(options.ownUid, uid), ...command];
    return { file, args, feeds: [] };
  },
});
