import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Isolation } from '../../../../commands/ports/sandboxes.ts';
import type { HostDirs, InsideDirs, Profile } from '../profile.ts';
import { hostSystem } from './host-system.ts';
import { seccompFilter } from './seccomp.ts';

const TMP_BYTES = 512 * 1024 * 1024;
const MAX_PROCESSES = 512;
/** Whom a user namespace makes of an ordinary user. */
const NAMESPACE_UID = 1000;
const inside = {
  app: '/app',
  home: '/home/user',
  run: '/run/mk0r',
  forwards: '/run/forwards',
  runtime: '/opt/mk0r',
  agents: '/opt/agents',
  compileCache: '/var/cache/mk0r',
} as const satisfies InsideDirs;

const bind = (kind: '--bind' | '--ro-bind', from: string, to: string) => [kind, from, to] as const;
/** Writable by everybody, as a root-owned tmpfs would not be for the sandbox's own uid. */
const openTmpfs = (path: string) => ['--perms', '1777', '--size', String(TMP_BYTES), '--tmpfs', path];

/** bwrap makes the parents of a mount point 0700, in which only root would find it. */
const parents = ['/etc', '/home', '/opt', '/run', '/var', '/var/cache', inside.compileCache].flatMap(
  (path) => ['--perms', '0755', '--dir', path],
);

/** Node looks for its compile cache under a name that ends with the uid: the one cache is shown under that name. */
const compileCache = ({ runtime }: HostDirs, uid: number): readonly string[] => {
  const baked = join(runtime, 'compile-cache');
  return (existsSync(baked) ? readdirSync(baked) : []).flatMap((tag) =>
    bind('--ro-bind', join(baked, tag), join(inside.compileCache, `${tag}-${uid}`)),
  );
};

const mounts = (dirs: HostDirs, uid: number): readonly string[] => [
  ...parents,
  ...hostSystem(),
  ...['passwd', 'group', 'hosts', 'nsswitch.conf'].flatMap((name) =>
    bind('--ro-bind', join(dirs.etc, name), join('/etc', name)),
  ),
  ...['--proc', '/proc', '--dev', '/dev'],
  ...openTmpfs('/dev/shm'),
  ...openTmpfs('/tmp'),
  ...bind('--ro-bind', dirs.runtime, inside.runtime),
  ...(dirs.agents === undefined ? [] : bind('--ro-bind', dirs.agents, inside.agents)),
  ...(dirs.shown ?? []).flatMap((dir) => bind('--ro-bind', dir, dir)),
  ...bind('--ro-bind', dirs.forwards, inside.forwards),
  ...bind('--bind', dirs.run, inside.run),
  ...bind('--bind', dirs.home, inside.home),
  ...bind('--bind', dirs.app, inside.app),
  ...compileCache(dirs, uid),
];

/**
 * As root there must be no user namespace: in one, bwrap would stay uid 0 with every capability. bwrap does its
 * mounts as root (so the data directory may lie under a 0700 one), keeps what `setpriv` needs, and that drops the rest.
 */
const rootNamespaces = ['ipc', 'pid', 'net', 'uts', 'cgroup-try'].map((name) => `--unshare-${name}`);
const rootCapabilities = ['SETUID', 'SETGID', 'SETPCAP'].flatMap((name) => ['--cap-add', `CAP_${name}`]);

const dropTo = (uid: number): readonly string[] => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${uid}`,
  '--clear-groups',
  '--no-new-privs',
  '--bounding-set=-all',
  '--inh-caps=-all',
  '--',
];

/** Counted per user namespace (Linux 5.14), so it bounds this sandbox alone. */
const boundProcesses = ['prlimit', `--nproc=${MAX_PROCESSES}`, '--'];

const setup = (asRoot: boolean): readonly string[] => [
  ...(asRoot
    ? [...rootNamespaces, '--cap-drop', 'ALL', ...rootCapabilities]
    : ['--unshare-all', '--uid', String(NAMESPACE_UID), '--gid', String(NAMESPACE_UID)]),
  ...['--die-with-parent', '--new-session', '--hostname', 'mk0r', '--chdir', '/'],
];

/** After the uid is dropped: by then bwrap may not enter a directory that is closed to everybody but that uid. */
const inApp = ['env', `--chdir=${inside.app}`];

const summaries = {
  root: 'namespaces, an own user and seccomp on a shared kernel – not a VM; a kernel bug is a way out, so do not run strangers’ prompts on a machine that matters',
  user: 'namespaces and seccomp on a shared kernel – not a VM, and no memory or CPU limits; do not run strangers’ prompts on a machine that matters',
};

/** bubblewrap: own mounts, processes, network and, as root, an own uid. `limits` says what the cgroups here can do. */
export const bwrapProfile = (options: {
  readonly asRoot: boolean;
  readonly limits: Isolation['limits'];
}): Profile => {
  const { asRoot, limits } = options;
  const filter = seccompFilter();
  return {
    isolation: {
      tier: !asRoot ? 'bwrap' : limits === 'rlimit' ? 'bwrap+uid' : 'bwrap+uid+cgroup',
      filesystem: 'own',
      network: 'own',
      processes: 'own',
      uid: asRoot ? 'own' : 'shared',
      limits,
      kernel: 'shared',
      summary: asRoot ? summaries.root : summaries.user,
    },
    ownUid: asRoot,
    ownNetwork: true,
    inside: () => inside,
    launch: (dirs, uid, command) => {
      const args = [
        ...setup(asRoot),
        ...mounts(dirs, asRoot ? uid : NAMESPACE_UID),
        ...(filter ? ['--seccomp', '4'] : []),
      ];
      return {
        file: 'bwrap',
        // By descriptor, so that /proc/1/cmdline does not tell the sandbox where it lies on the host.
        args: ['--args', '3', '--', ...(asRoot ? dropTo(uid) : boundProcesses), ...inApp, ...command],
        feeds: [Buffer.from(`${args.join('\0')}\0`), ...(filter ? [filter] : [])],
      };
    },
  };
};
