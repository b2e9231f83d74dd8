import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SandboxFailure } from '../failure.ts';

/** `sun_path` is 108 bytes on Linux and 104 on macOS, the closing zero included. */
const SOCKET_PATH_BYTES = 103;
const LONGEST_SOCKET = '/forwards/65535.sock';

/** Where one sandbox lies on the host. */
export type SandboxPaths = {
  readonly root: string;
  /** Names this sandbox among all of this machine's, without saying where it lies. */
  readonly mark: string;
  readonly app: string;
  readonly home: string;
  readonly etc: string;
  readonly record: string;
  readonly pid: string;
  /** Parent of the three below: short enough for a socket's path. */
  readonly sockets: string;
  readonly run: string;
  readonly forwards: string;
  /** Hard links to the bridge's sockets, out of the sandbox's reach: what this process connects to. */
  readonly links: string;
};

/** Stands for a data directory in names outside of it: the cgroup, the uid range, the socket directory. */
export const dataDirKey = (dataDir: string): string =>
  createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12);

export const sandboxesDir = (dataDir: string): string => join(resolve(dataDir), 'sandboxes');
export const trashDir = (dataDir: string): string => join(resolve(dataDir), 'trash');
export const templatesDir = (dataDir: string): string => join(resolve(dataDir), 'templates');

const namePattern = /^[a-z0-9][a-z0-9-]{0,47}$/;

/** Throws `sandbox_name_invalid` for a name that is not one plain path segment of at most 48 characters. */
export const sandboxPaths = (dataDir: string, name: string): SandboxPaths => {
  if (!namePattern.test(name))
    throw new SandboxFailure(
      'sandbox_name_invalid',
      `A sandbox cannot be called ${JSON.stringify(name)}.`,
      false,
    );
  const root = join(sandboxesDir(dataDir), name);
  const fits = Buffer.byteLength(root + LONGEST_SOCKET) <= SOCKET_PATH_BYTES;
  const sockets = fits ? root : join(tmpdir(), `mk0r-${dataDirKey(dataDir)}`, name);
  return {
    root,
    mark: `${dataDirKey(dataDir)}/${name}`,
    app: join(root, 'app'),
    home: join(root, 'home'),
    etc: join(root, 'etc'),
    record: join(root, 'sandbox.json'),
    pid: join(root, 'pid.json'),
    sockets,
    run: join(sockets, 'run'),
    forwards: join(sockets, 'forwards'),
    links: join(sockets, 'links'),
  };
};

/** Makes the sockets' parent; in the shared temporary directory nobody else may have prepared it for us. */
export const makeSocketParent = (paths: SandboxPaths): void => {
  if (paths.sockets === paths.root) return;
  const parent = join(paths.sockets, '..');
  mkdirSync(parent, { recursive: true, mode: 0o711 });
  const stat = lstatSync(parent);
  if (!stat.isDirectory() || stat.uid !== process.geteuid?.() || (stat.mode & 0o022) !== 0)
    throw new SandboxFailure(
      'socket_directory_unsafe',
      'The directory for the sandbox’s sockets cannot be trusted. Whoever runs the server finds in its log what to do.',
      false,
      {
        cause: new Error(
          `${parent} belongs to another user or is writable by others; remove it, or choose a shorter MK0R_DATA_DIR.`,
        ),
      },
    );
  mkdirSync(paths.sockets, { recursive: true, mode: 0o711 });
};
