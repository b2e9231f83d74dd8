import {
  chmodSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { SandboxFailure } from '../../failure.ts';
import { seal } from './manifest.ts';
import { sourceFiles } from './source-hash.ts';

/** All the bridge and the agent may import besides Node itself. */
export const runtimePackages = ['@agentclientprotocol/sdk', 'diff', 'pluralize', 'ws', 'zod'] as const;

const isDirectory = (path: string): boolean => statSync(path).isDirectory();

/** Looks where Node would: in the `node_modules` of each directory upwards. */
const packageDir = (name: string, from: string): string => {
  const candidate = join(from, 'node_modules', name);
  if (existsSync(join(candidate, 'package.json'))) return candidate;
  if (dirname(from) === from)
    throw new SandboxFailure('bake_failed', `The package ${name} is not installed; run npm ci.`, false);
  return packageDir(name, dirname(from));
};

export const packageVersion = (name: string, from: string): string =>
  readFileSync(join(packageDir(name, from), 'package.json'), 'utf8');

/** Node itself, 120 MB: one more name for the same file where that can be, else a copy. */
const provideNode = (target: string): void => {
  try {
    linkSync(process.execPath, target);
  } catch {
    // Another file system, or a file of another user: both mean that it must be copied.
    copyFileSync(process.execPath, target, constants.COPYFILE_FICLONE);
    chmodSync(target, 0o755);
  }
};

/** Everything of ours that runs in a sandbox beside the app: bridge, agent, skills, and the packages they import. */
export const layOutRuntime = (sourceDir: string, target: string): void => {
  for (const path of sourceFiles(sourceDir).filter((file) => !/^(template|claude)\//.test(file))) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    copyFileSync(join(sourceDir, path), join(target, path));
  }
  for (const name of runtimePackages) {
    cpSync(packageDir(name, sourceDir), join(target, 'node_modules', name), {
      recursive: true,
      dereference: true,
      filter: (path) => isDirectory(path) || /\.(js|mjs|json)$|LICENSE/.test(path),
    });
  }
};

/** The same, with Node, and closed to whoever is not its owner. */
export const bakeRuntime = (sourceDir: string, target: string): void => {
  layOutRuntime(sourceDir, target);
  mkdirSync(join(target, 'bin'), { recursive: true });
  seal(target);
  provideNode(join(target, 'bin/node'));
};
