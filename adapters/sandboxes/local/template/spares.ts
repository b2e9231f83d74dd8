import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BakedTemplate } from '../bake.ts';
import { moveToTrash } from '../remove.ts';
import { cloneApp } from './clone.ts';
import type { Manifest } from './manifest.ts';

/** A clone costs 0.2 to 1 s on a file system without reflinks, most of a boot: two are made ahead of need. */
const KEPT = 2;

export type Spares = {
  /** A clone of the template at `target`: a spare one, renamed into place, or a new one. */
  readonly takeTo: (target: string) => Promise<void>;
  /** Makes up what was taken; what is under way already is not started twice. */
  readonly refill: () => Promise<void>;
};

const sparesDir = (dataDir: string): string => join(resolve(dataDir), 'spares');

/** Clones made in advance. They outlive the server; those of another template, and half-made ones, go to the trash. */
export const createSpares = (options: {
  readonly dataDir: string;
  readonly baked: BakedTemplate;
  readonly manifest: Manifest;
  readonly share: boolean;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}): Spares => {
  const { dataDir, baked, manifest, share, signal } = options;
  const dir = sparesDir(dataDir);
  const prefix = `${baked.hash}-${share ? 'linked' : 'copied'}-`;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const ready = readdirSync(dir).filter((name) => name.startsWith(prefix));
  for (const name of readdirSync(dir)) if (!ready.includes(name)) moveToTrash(dataDir, join(dir, name));

  const template = { app: baked.appDir, manifest };
  let refilling: Promise<void> | undefined;
  const fill = async (): Promise<void> => {
    while (ready.length < KEPT) {
      const name = `${prefix}${randomUUID()}`;
      const making = join(dir, `making-${name}`);
      await cloneApp(template, making, share, signal);
      renameSync(making, join(dir, name));
      ready.push(name);
    }
  };
  return {
    takeTo: async (target) => {
      const spare = ready.pop();
      if (spare !== undefined && existsSync(join(dir, spare))) renameSync(join(dir, spare), target);
      else await cloneApp(template, target, share, signal);
    },
    refill: () => {
      refilling ??= fill().finally(() => {
        refilling = undefined;
      });
      return refilling;
    },
  };
};
