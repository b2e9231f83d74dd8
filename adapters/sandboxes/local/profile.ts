import type { Isolation } from '../../../commands/ports/sandboxes.ts';

/** The tiers of a local sandbox, weakest first. */
export const tiers = ['process', 'bwrap', 'bwrap+uid', 'bwrap+uid+cgroup'] as const;
export type Tier = (typeof tiers)[number];

/** Directories on the host, absolute. */
export type HostDirs = {
  readonly app: string;
  readonly home: string;
  /** `passwd`, `group`, `hosts`: what the sandbox sees of `/etc`. */
  readonly etc: string;
  /** Written by the sandbox, fresh at every start: the bridge's sockets, the git credential. */
  readonly run: string;
  /** Sockets of the forwards; the sandbox may connect to them and no more. */
  readonly forwards: string;
  /** Bridge, agent, skills and Node, shared by all. */
  readonly runtime: string;
  /** Agents that were installed beside the runtime, shared by all; absent where there is none. */
  readonly agents?: string;
  /** Further directories of the host, shown read-only under their own names. */
  readonly shown?: readonly string[];
};

/** The same directories as seen from inside. */
export type InsideDirs = Omit<HostDirs, 'etc' | 'shown'> & {
  /** Where Node finds the runtime compiled already, in tiers in which it lies at the same path for all. */
  readonly compileCache?: string;
};

/** A command line ready to be spawned; `feeds[n]` is written to file descriptor `3 + n`. */
export type Launch = {
  readonly file: string;
  readonly args: readonly string[];
  readonly feeds: readonly Buffer[];
};

/** One way of keeping code apart from the host. */
export type Profile = {
  readonly isolation: Isolation;
  /** Every sandbox runs under a uid of its own, that owns nothing else on this machine. */
  readonly ownUid: boolean;
  readonly ownNetwork: boolean;
  readonly inside: (dirs: HostDirs) => InsideDirs;
  /** `command` as it must be spawned to run inside; `command[0]` is looked up there. */
  readonly launch: (dirs: HostDirs, uid: number, command: readonly string[]) => Launch;
};
