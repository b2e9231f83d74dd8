import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SandboxFailure } from '../../failure.ts';
import { baseEnv, withInsidePath } from '../bridge/bridge-env.ts';
import type { ChosenProfile } from '../isolation/probe.ts';
import { runOnce } from '../processes/run-once.ts';
import { npm } from './npm.ts';
import { sourceFiles } from './source-hash.ts';
import type { WarmUp } from './warm-up.ts';

const INSTALL_TIMEOUT_MS = 300_000;
const WARM_UP_TIMEOUT_MS = 120_000;

export const copyAppSources = (templateDir: string, target: string): void => {
  mkdirSync(target, { recursive: true });
  for (const path of sourceFiles(templateDir)) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    copyFileSync(join(templateDir, path), join(target, path));
  }
};

/** Installs the lockfile's versions, and runs no script of any package: this happens with the server's own rights. */
export const installDependencies = async (app: string, signal?: AbortSignal): Promise<void> => {
  const [file, first] = npm();
  const args = [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const options = { cwd: app, timeout: INSTALL_TIMEOUT_MS, ...(signal ? { signal } : {}) };
  await promisify(execFile)(file, args, options).catch((error: Error) => {
    const said = error.message.split('\n').filter((line) => line.startsWith('npm error'));
    throw new SandboxFailure(
      'bake_failed',
      `Installing the app template's dependencies failed: ${said.slice(0, 6).join(' ') || error.message}`,
      true,
    );
  });
};

/**
 * Has Vite bundle the template's dependencies, in a real sandbox: its cache is keyed by the app's path, so it must be
 * made at the path at which clones see it. Where sandboxes have no paths of their own there is nothing to bake.
 */
export const warmUpVite = async (chosen: ChosenProfile, { dirs, uid, mark }: WarmUp): Promise<boolean> => {
  const { profile, cgroups } = chosen;
  const vite = 'node_modules/vite/bin/vite.js';
  if (profile.isolation.filesystem !== 'own' || !existsSync(join(dirs.app, vite))) return false;
  const inside = profile.inside(dirs);
  const command = withInsidePath(inside, [join(inside.runtime, 'bin/node'), vite, 'optimize']);
  try {
    const { exitCode, output } = await runOnce(profile.launch(dirs, uid, command), {
      env: baseEnv(inside, mark),
      cgroup: cgroups?.create(mark) ?? [],
      timeoutMs: WARM_UP_TIMEOUT_MS,
    });
    if (exitCode !== 0)
      throw new SandboxFailure('bake_failed', `vite optimize failed in the sandbox: ${output}`, true);
  } finally {
    await cgroups?.kill(mark);
  }
  return true;
};
