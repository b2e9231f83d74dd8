import type { GitCredential } from '../../../commands/ports/repository.ts';
import { ProviderFailure } from '../../provider-api/failure.ts';
import { readable } from '../../provider-api/readable.ts';
import { GitFailed, type GitOutput, runGit } from '../embedded/run-git.ts';

const TIMEOUT_MS = 50_000;
const MAX_OUTPUT_BYTES = 64 * 1024;

/** Every turn's commit keeps a ref of its own, so that what an undo left behind can be come back to. */
const COMMITS = '+refs/mk0r/commits/*:refs/mk0r/commits/*';

/**
 * git asks this for the password, and it reads it from the environment of our own git: in argv everybody on the machine
 * could see it, and in the configuration it would stay. The empty helper first: none of anybody else's is asked.
 */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$MK0R_USER" "$MK0R_PASSWORD"; }; f';

/** The host's own configuration allows no protocol at all; a redirect would take the password along. */
const CONFIG = [
  'protocol.https.allow=always',
  'protocol.http.allow=always',
  'http.followRedirects=false',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=20',
  'credential.helper=',
  `credential.helper=${HELPER}`,
].flatMap((setting) => ['-c', setting]);

type Place = {
  /** A bare repository on this machine. */
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
};

const remoteGit = async (
  { path, env, signal }: Place,
  { username, password }: GitCredential,
  args: readonly string[],
): Promise<GitOutput> => {
  try {
    return await runGit([...CONFIG, '--git-dir=.', ...args], {
      env: { ...env, MK0R_USER: username, MK0R_PASSWORD: password },
      cwd: path,
      maxBytes: MAX_OUTPUT_BYTES,
      timeoutMs: TIMEOUT_MS,
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof GitFailed)) throw error;
    throw new ProviderFailure({
      code: 'mirror_failed',
      message: `The commit is kept on this server, but GitHub did not take or give it: ${readable(error.message)}`,
      retryable: true,
    });
  }
};

/** Makes `main` and the commits' refs at the remote what they are here. */
export const pushMirror = async (place: Place, credential: GitCredential, sha: string): Promise<void> => {
  const refspecs = [`+${sha}:refs/heads/main`, COMMITS];
  await remoteGit(place, credential, [
    'push',
    '--quiet',
    '--force',
    '--no-verify',
    credential.url,
    ...refspecs,
  ]);
};

/** Brings to the remote what it has not: one that has gone another way, or further, is left as it is. */
export const restoreMirror = async (place: Place, credential: GitCredential): Promise<void> => {
  const refspecs = ['refs/heads/main*:refs/heads/main*', COMMITS];
  await remoteGit(place, credential, ['push', '--quiet', '--no-verify', credential.url, ...refspecs]);
};

/** The other way round: what the remote has becomes what is here. */
export const fetchMirror = async (place: Place, credential: GitCredential): Promise<void> => {
  const refspecs = ['+refs/heads/main*:refs/heads/main*', COMMITS];
  await remoteGit(place, credential, ['fetch', '--quiet', '--no-tags', credential.url, ...refspecs]);
};
