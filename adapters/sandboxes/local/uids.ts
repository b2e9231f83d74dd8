import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxFailure } from '../failure.ts';
import { dataDirKey, sandboxesDir } from './paths.ts';
import { readRecord } from './record.ts';

/**
 * 1.9 to 2.0 billion: above every range in use by convention (users, subordinate ids, containers up to 1,879,048,191),
 * below 2^31. Each data directory has its own thousand, so that two servers on one machine do not share a uid.
 */
const FIRST = 1_900_000_000;
const PER_DATA_DIR = 1000;
const DATA_DIRS = 100_000;

export const uidRange = (dataDir: string): { readonly first: number; readonly count: number } => {
  const slot = Number.parseInt(dataDirKey(dataDir).slice(0, 8), 16) % DATA_DIRS;
  return { first: FIRST + slot * PER_DATA_DIR, count: PER_DATA_DIR };
};

export type Uids = {
  /** A uid no sandbox of this data directory has; throws `no_free_uid`. */
  readonly take: () => number;
  readonly giveBack: (uid: number) => void;
};

/** Remembers across restarts by the sandboxes' own records. */
export const createUids = (dataDir: string): Uids => {
  const parent = sandboxesDir(dataDir);
  const { first, count } = uidRange(dataDir);
  const names = existsSync(parent) ? readdirSync(parent) : [];
  const taken = new Set(names.map((name) => readRecord(join(parent, name, 'sandbox.json'))?.uid));
  return {
    take: () => {
      // The first of the range is the bake's.
      for (let uid = first + 1; uid < first + count; uid += 1) {
        if (taken.has(uid)) continue;
        taken.add(uid);
        return uid;
      }
      throw new SandboxFailure(
        'no_free_uid',
        `All ${count} places for sandboxes on this server are taken; delete apps that nobody needs first.`,
        true,
      );
    },
    giveBack: (uid) => {
      taken.delete(uid);
    },
  };
};
