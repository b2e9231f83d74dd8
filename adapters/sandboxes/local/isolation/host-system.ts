import { lstatSync, readlinkSync } from 'node:fs';

const topLevel = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** What programs look for outside of /usr and that tells nothing about this host. */
const sharedEtc = [
  '/etc/ssl',
  '/etc/ca-certificates',
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/fonts',
  // Debian's script that starts Chromium reads it, and stops where it is missing.
  '/etc/chromium.d',
];

/** A merged /usr has links at the top level, an older system has directories: each is shown as it is here. */
const asFound = (path: string): readonly string[] => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
};

/** bwrap arguments that show the host's programs, read-only, and nothing else of it. */
export const hostSystem = (): readonly string[] => [
  '--ro-bind',
  '/usr',
  '/usr',
  ...topLevel.flatMap(asFound),
  ...['/nix/store', ...sharedEtc].flatMap((path) => ['--ro-bind-try', path, path]),
];
