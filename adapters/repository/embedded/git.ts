import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GitHostError } from './failure.ts';

/** One push may bring this much, packed; receive-pack stops reading there. */
export const MAX_PUSH_BYTES = 256 * 1024 * 1024;

const CONFIG = `
[safe]
	directory = *
[init]
	defaultBranch = main
[core]
	hooksPath = /dev/null
[http]
	uploadpack = true
	receivepack = true
	getanyfile = false
[receive]
	fsckObjects = true
	maxInputSize = ${MAX_PUSH_BYTES}
	autogc = false
[gc]
	auto = 0
[pack]
	threads = 1
	windowMemory = 64m
[core]
	bigFileThreshold = 16m
	packedGitLimit = 128m
[protocol]
	allow = never
`;

/** GIT_CONFIG_GLOBAL, which keeps the machine's own configuration out, came with this one. */
const OLDEST = [2, 32] as const;

/** Rejects with `GitHostError` where there is no git, or one older than 2.32. */
export const requireGit = async (): Promise<void> => {
  const how = "install it: 'apt-get install git', 'brew install git'";
  const version = await promisify(execFile)('git', ['--version'], { timeout: 10_000 }).catch(() => undefined);
  if (version === undefined)
    throw new GitHostError('git_missing', `There is no git on this machine: ${how}.`);
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version.stdout) ?? [];
  if (Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1])) return;
  throw new GitHostError(
    'git_too_old',
    `git ${OLDEST.join('.')} or newer is needed, not ${version.stdout.trim()}: ${how}.`,
  );
};

/**
 * The environment every git of ours runs in: our own configuration and nothing of the machine's or the user's, no
 * prompt, no replaced objects. `safe.directory` because the owner of a mounted data directory may not be who we are;
 * unreachable commits stay (`gc.auto = 0`), because history jumps back to them. Rejects with `GitHostError` where
 * there is no git, or one older than 2.32.
 */
export const prepareGit = async (dataDir: string): Promise<NodeJS.ProcessEnv> => {
  await requireGit();
  const home = join(dataDir, 'git-home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const config = join(home, 'config');
  await writeFile(config, CONFIG, { mode: 0o600 });
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: config,
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
  };
};
