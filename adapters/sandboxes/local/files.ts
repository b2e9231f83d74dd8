import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import type { Background } from '../background.ts';
import type { BakedTemplate } from './bake.ts';
import { writeEtc } from './isolation/etc.ts';
import { type SandboxPaths, sandboxesDir, sandboxPaths } from './paths.ts';
import type { Profile } from './profile.ts';
import { readRecord, type SandboxRecord, writeRecord } from './record.ts';
import { emptyTrash, moveAside, moveToTrash, removeTree } from './remove.ts';
import { handOver } from './template/clone.ts';
import { readManifest } from './template/manifest.ts';
import { createSpares } from './template/spares.ts';
import { createUids } from './uids.ts';

export type SandboxFiles = {
  readonly paths: (name: string) => SandboxPaths;
  /** A fresh app from the template; answers the uid it belongs to. There must be nothing of that name. */
  readonly create: (name: string) => Promise<number>;
  /** Takes the files away at once; the disk is freed by and by, which the answered promise waits for. */
  readonly discard: (name: string) => Promise<void>;
  /** `undefined` where no whole sandbox is left. */
  readonly record: (name: string) => SandboxRecord | undefined;
  readonly names: () => readonly string[];
};

/** The directories of all sandboxes of one data directory. */
export const createSandboxFiles = (options: {
  readonly dataDir: string;
  readonly baked: BakedTemplate;
  readonly profile: Profile;
  readonly background: Background;
  /** Ends what only clears up or prepares, and may take as long as it likes: the next server goes on with it. */
  readonly closing: AbortSignal;
}): SandboxFiles => {
  const { dataDir, baked, profile, background, closing } = options;
  const manifest = readManifest(baked.manifestFile);
  const uids = createUids(dataDir);
  const spares = createSpares({ dataDir, baked, manifest, share: profile.ownUid, signal: closing });
  const paths = (name: string): SandboxPaths => sandboxPaths(dataDir, name);
  const record = (name: string): SandboxRecord | undefined => readRecord(paths(name).record);
  background.run('emptying the trash', () => emptyTrash(dataDir, closing));
  background.run('making spare clones', spares.refill);

  const layOut = async (name: string, uid: number): Promise<void> => {
    const { root, app, home, etc, record: file } = paths(name);
    mkdirSync(root, { mode: 0o711 });
    await spares.takeTo(app);
    // Other sandboxes' users come this far where they see the host's files.
    chmodSync(app, 0o700);
    mkdirSync(home, { mode: 0o700 });
    if (profile.ownUid) {
      handOver(manifest, app, uid);
      chownSync(home, uid, uid);
    }
    writeEtc(etc, uid, profile.inside({ ...paths(name), runtime: baked.runtimeDir }).home);
    // Last, so that a directory with a record is a whole sandbox.
    writeRecord(file, { version: 1, name, uid, template: baked.hash });
  };

  return {
    paths,
    record,
    names: () => readdirSync(sandboxesDir(dataDir)).filter((name) => record(name) !== undefined),
    create: async (name) => {
      const uid = profile.ownUid ? uids.take() : (process.getuid?.() ?? 0);
      try {
        await layOut(name, uid);
      } catch (error) {
        uids.giveBack(uid);
        throw error;
      }
      background.run('making spare clones', spares.refill);
      return uid;
    },
    discard: async (name) => {
      const { root, sockets } = paths(name);
      const uid = record(name)?.uid;
      const trash = moveToTrash(dataDir, root);
      const aside = sockets === root ? undefined : moveAside(sockets);
      if (uid !== undefined) uids.giveBack(uid);
      if (aside !== undefined) await removeTree(aside);
      if (trash !== undefined) await removeTree(trash, closing);
    },
  };
};
