import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeEtc } from '../isolation/etc.ts';
import type { ChosenProfile } from '../isolation/probe.ts';
import type { HostDirs } from '../profile.ts';
import { uidRange } from '../uids.ts';

export type WarmUp = { readonly dirs: HostDirs; readonly uid: number; readonly mark: string };

/** A sandbox around a template that is being baked, to run in it what leaves something behind for its clones. */
export const prepareWarmUp = (
  { profile }: ChosenProfile,
  baking: { readonly root: string; readonly app: string; readonly runtime: string; readonly dataDir: string },
): WarmUp => {
  const at = (name: string) => join(baking.root, 'warm-up', name);
  const { app, runtime } = baking;
  const dirs = { app, runtime, home: at('home'), etc: at('etc'), run: at('run'), forwards: at('forwards') };
  // The first uid of the range, which no sandbox gets.
  const uid = profile.ownUid ? uidRange(baking.dataDir).first : (process.getuid?.() ?? 0);
  for (const dir of [dirs.home, dirs.run, dirs.forwards]) mkdirSync(dir, { recursive: true });
  mkdirSync(join(app, 'node_modules'), { recursive: true });
  for (const dir of [dirs.home, dirs.run, app, join(app, 'node_modules')]) chownSync(dir, uid, uid);
  writeEtc(dirs.etc, uid, profile.inside(dirs).home);
  return { dirs, uid, mark: `bake-${process.pid}` };
};
