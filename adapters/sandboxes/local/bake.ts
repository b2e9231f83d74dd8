import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxFailure } from '../failure.ts';
import { type ChosenProfile, chooseProfile } from './isolation/probe.ts';
import { templatesDir } from './paths.ts';
import type { Tier } from './profile.ts';
import { removeTree } from './remove.ts';
import { copyAppSources, installDependencies, warmUpVite } from './template/bake-app.ts';
import { bakeRuntime, packageVersion, runtimePackages } from './template/bake-runtime.ts';
import { bakeCompileCache } from './template/compile-cache.ts';
import { holdTemplate, pruneTemplates } from './template/leases.ts';
import { seal } from './template/manifest.ts';
import { sourceHash } from './template/source-hash.ts';
import { prepareWarmUp } from './template/warm-up.ts';

/** A template every sandbox is cloned from, and the runtime they share. */
export type BakedTemplate = {
  /** Of everything that went in: part of the session's spec. */
  readonly hash: string;
  readonly appDir: string;
  readonly runtimeDir: string;
  readonly manifestFile: string;
};

export type BakeOptions = {
  /** The project's `sandbox/` directory. */
  readonly sourceDir: string;
  readonly dataDir: string;
  /** Told what is being done and how long it took, a line at a time. */
  readonly log: (line: string) => void;
  readonly atMost?: Tier;
  /** In place of `npm ci`. */
  readonly install?: (appDir: string, signal?: AbortSignal) => Promise<void>;
  /** Breaks the bake off; what it has made so far is removed. */
  readonly signal?: AbortSignal;
};

const LAYOUT_VERSION = 4;
const MIN_NODE = 24;

const bakedAt = (dir: string, hash: string): BakedTemplate => ({
  hash,
  appDir: join(dir, 'app'),
  runtimeDir: join(dir, 'runtime'),
  manifestFile: join(dir, 'manifest.json'),
});

const timed = async <A>(log: BakeOptions['log'], what: string, work: () => A | Promise<A>): Promise<A> => {
  log(`${what} ...`);
  const from = performance.now();
  const result = await work();
  log(`${what}: ${((performance.now() - from) / 1000).toFixed(1)} s`);
  return result;
};

const bakeInto = async (options: BakeOptions, chosen: ChosenProfile, temporary: string): Promise<void> => {
  const { sourceDir, dataDir, log, install = installDependencies } = options;
  const { appDir, runtimeDir, manifestFile } = bakedAt(temporary, '');
  await timed(log, 'laying out bridge, agent and Node', () => bakeRuntime(sourceDir, runtimeDir));
  copyAppSources(join(sourceDir, 'template'), appDir);
  await timed(log, 'installing the app template’s dependencies', () => install(appDir, options.signal));
  const warmUp = prepareWarmUp(chosen, { root: temporary, app: appDir, runtime: runtimeDir, dataDir });
  await timed(log, 'bundling them for the dev server', () => warmUpVite(chosen, warmUp));
  await timed(log, 'compiling bridge and agent', () => bakeCompileCache(chosen, warmUp));
  rmSync(join(temporary, 'warm-up'), { recursive: true, force: true });
  writeFileSync(manifestFile, JSON.stringify(seal(appDir)));
};

/** Two bakes of the same hash at once: the first to finish wins, the other's work is thrown away. */
const publish = async (temporary: string, target: string): Promise<void> => {
  try {
    renameSync(temporary, target);
  } catch (error) {
    if (!existsSync(join(target, 'manifest.json'))) throw error;
    await removeTree(temporary);
  }
};

/**
 * Bakes the app template and the runtime once per content of `sourceDir`, Node version and isolation tier, under
 * `<dataDir>/templates/<hash>`. A bake that was cut off is started over; a finished one is found in milliseconds.
 * Keeps the template for this process and removes those no living process keeps. Rejects with `bake_failed`.
 */
export const bakeTemplate = async (options: BakeOptions): Promise<BakedTemplate> => {
  const { sourceDir, dataDir } = options;
  if (Number(process.versions.node.split('.')[0]) < MIN_NODE)
    throw new SandboxFailure(
      'bake_failed',
      `Sandboxes need Node ${MIN_NODE}; this is ${process.version}.`,
      false,
    );
  for (const needed of ['template/package-lock.json', 'bridge/main.ts']) {
    if (!existsSync(join(sourceDir, needed)))
      throw new SandboxFailure('bake_failed', `${join(sourceDir, needed)} is missing.`, false);
  }
  const chosen = await chooseProfile(options);
  const hash = sourceHash(sourceDir, [
    String(LAYOUT_VERSION),
    `${process.version} ${process.arch}`,
    chosen.profile.isolation.filesystem,
    ...runtimePackages.map((name) => packageVersion(name, sourceDir)),
  ]);
  const target = join(templatesDir(dataDir), hash);
  mkdirSync(templatesDir(dataDir), { recursive: true, mode: 0o755 });
  if (!existsSync(join(target, 'manifest.json'))) {
    const temporary = join(templatesDir(dataDir), `.baking-${process.pid}-${randomUUID()}`);
    try {
      await timed(options.log, 'baking the sandbox template', () => bakeInto(options, chosen, temporary));
      await publish(temporary, target);
    } finally {
      await removeTree(temporary);
    }
  }
  holdTemplate(dataDir, hash);
  pruneTemplates(dataDir, hash);
  return bakedAt(target, hash);
};
