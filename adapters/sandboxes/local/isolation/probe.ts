import { randomUUID } from 'node:crypto';
import { chownSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Isolation } from '../../../../commands/ports/sandboxes.ts';
import { SandboxFailure } from '../../failure.ts';
import { dataDirKey } from '../paths.ts';
import { runOnce } from '../processes/run-once.ts';
import { type HostDirs, type Profile, type Tier, tiers } from '../profile.ts';
import { removeTree } from '../remove.ts';
import { uidRange } from '../uids.ts';
import { type Cgroups, findCgroups } from './cgroups.ts';
import { writeEtc } from './etc.ts';
import { bwrapProfile } from './profile-bwrap.ts';
import { processProfile } from './profile-process.ts';

const TIMEOUT_MS = 10_000;

/** A profile that has been seen to work here, with the groups its processes go into. */
export type ChosenProfile = {
  readonly profile: Profile;
  readonly cgroups?: Cgroups;
  /** Why each better tier was passed over: one line each. */
  readonly refused: readonly string[];
};

type Candidate = { readonly profile: Profile; readonly cgroups?: Cgroups };

/** Strongest first. Limits by group are given up before isolation is. */
const candidates = (dataDir: string): readonly Candidate[] => {
  const asRoot = process.getuid?.() === 0;
  const cgroups = asRoot ? findCgroups(`mk0r-${dataDirKey(dataDir)}`) : undefined;
  type Limits = Isolation['limits'];
  const each = (profile: (limits: Limits) => Profile): readonly Candidate[] => [
    ...(cgroups ? [{ profile: profile(cgroups.version), cgroups }] : []),
    { profile: profile('rlimit') },
  ];
  return [
    ...(process.platform === 'linux' ? each((limits) => bwrapProfile({ asRoot, limits })) : []),
    ...(asRoot ? each((limits) => processProfile({ ownUid: true, limits })) : []),
    ...each((limits) => processProfile({ ownUid: false, limits })),
  ];
};

/**
 * What the tier promises, asked from inside: a fork works, directories are reached by their paths (a parent may be
 * closed to the sandbox's uid), no capability is left, the uid is the one given.
 */
const checks = (profile: Profile, uid: number): string =>
  [
    'set -e; (true); cd "$1"; cd "$2"; touch probe',
    ...(profile.ownUid ? [`[ "$(id -u)" = ${uid} ]`] : []),
    ...(profile.ownNetwork
      ? ["grep -q '^CapEff:\\s*0*$' /proc/self/status", '[ ! -e /root ]', '[ "$(ls /sys 2>/dev/null)" = "" ]']
      : []),
  ].join('; ');

/** Runs the candidate's real command line with a shell in place of the bridge; `undefined` when it holds. */
const failureOf = async ({ profile, cgroups }: Candidate, dataDir: string): Promise<string | undefined> => {
  const root = join(resolve(dataDir), `probe-${randomUUID()}`);
  const at = (name: string) => join(root, name);
  const dirs = {
    app: at('app'),
    home: at('home'),
    etc: at('etc'),
    run: at('run'),
    forwards: at('forwards'),
    runtime: at('runtime'),
  } satisfies HostDirs;
  const uid = profile.ownUid ? uidRange(dataDir).first : (process.getuid?.() ?? 0);
  const group = `probe-${randomUUID()}`;
  try {
    for (const dir of Object.values(dirs)) {
      mkdirSync(dir, { recursive: true });
      if (profile.ownUid) chownSync(dir, uid, uid);
    }
    writeEtc(dirs.etc, uid, '/home/user');
    const inside = profile.inside(dirs);
    const shell = ['sh', '-c', checks(profile, uid), 'sh'];
    const { exitCode, output } = await runOnce(
      profile.launch(dirs, uid, [...shell, inside.runtime, inside.app]),
      {
        env: {},
        cgroup: cgroups?.create(group) ?? [],
        timeoutMs: TIMEOUT_MS,
        ...(profile.ownNetwork ? {} : { cwd: dirs.app }),
      },
    );
    return exitCode === 0 ? undefined : output.trim().split('\n').at(-1) || `exit code ${exitCode}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await cgroups?.kill(group);
    await removeTree(root);
  }
};

const rank = (tier: string): number => tiers.indexOf(tier as Tier);

/**
 * The strongest tier that works on this machine, found by running each. With `require`, a weaker one is an error
 * (`isolation_unavailable`) that says what stood in the way. With `atMost`, stronger ones are not tried.
 */
export const chooseProfile = async (options: {
  readonly dataDir: string;
  readonly require?: Tier;
  readonly atMost?: Tier;
}): Promise<ChosenProfile> => {
  const refused: string[] = [];
  for (const candidate of candidates(options.dataDir)) {
    const { tier } = candidate.profile.isolation;
    if (options.atMost !== undefined && rank(tier) > rank(options.atMost)) continue;
    const failure = await failureOf(candidate, options.dataDir);
    if (failure !== undefined) {
      refused.push(`${tier}: ${failure}`);
      continue;
    }
    if (options.require !== undefined && rank(tier) < rank(options.require)) {
      refused.push(`${tier}: weaker than required`);
      break;
    }
    return { ...candidate, refused };
  }
  throw new SandboxFailure(
    'isolation_unavailable',
    `No sandbox ${options.require ? `of tier ${options.require} or better ` : ''}works on this machine. Tried ${refused.join('; ')}. ` +
      'On Linux, install bubblewrap (apt-get install bubblewrap) and allow user namespaces, or run as root.',
    false,
  );
};
