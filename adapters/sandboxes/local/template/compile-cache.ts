import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bridgeEnv, PREVIEW_PORT, VERSION_PORT } from '../bridge/bridge-env.ts';
import type { ChosenProfile } from '../isolation/probe.ts';
import { runOnce } from '../processes/run-once.ts';
import { seal } from './manifest.ts';
import type { WarmUp } from './warm-up.ts';

const TIMEOUT_MS = 30_000;
/** For what a program loads after its first imports. */
const LATE_IMPORTS_MS = 300;

/** Loads a program as a sandbox would, then writes what V8 made of it and leaves. */
const recorder = (program: string, cache: string): string => `
import { enableCompileCache, flushCompileCache } from 'node:module';
enableCompileCache(${JSON.stringify(cache)});
await import(${JSON.stringify(program)});
setTimeout(() => { flushCompileCache(); process.exit(0); }, ${LATE_IMPORTS_MS});
`;

/**
 * Compiles bridge and agent once for all sandboxes: stripping types and compiling some 180 modules is half of what a
 * bridge's start costs. Run in a real sandbox, since the cache is keyed by the paths inside. Answers how many were kept.
 */
export const bakeCompileCache = async (
  chosen: ChosenProfile,
  { dirs, uid, mark }: WarmUp,
): Promise<number> => {
  const { profile, cgroups } = chosen;
  const inside = profile.inside(dirs);
  if (inside.compileCache === undefined) return 0;
  const token = 'baking-0123456789abcdef';
  const env = {
    ...bridgeEnv({
      dirs: inside,
      token,
      previewPort: PREVIEW_PORT,
      versionPort: VERSION_PORT,
      forwards: [],
      mark,
    }),
    // Not the app: a dev server that is cut off would leave half a cache in the template.
    MK0R_APP_DIR: inside.home,
  };
  const recorded = join(dirs.home, 'compile-cache');
  for (const program of ['agent/main.ts', 'bridge/main.ts']) {
    const script = recorder(join(inside.runtime, program), join(inside.home, 'compile-cache'));
    const command = [join(inside.runtime, 'bin/node'), '--input-type=module', '-e', script];
    try {
      await runOnce(profile.launch(dirs, uid, command), {
        env,
        cgroup: cgroups?.create(mark) ?? [],
        timeoutMs: TIMEOUT_MS,
      });
    } finally {
      await cgroups?.kill(mark);
    }
  }
  const tagged = existsSync(recorded) ? readdirSync(recorded)[0] : undefined;
  if (tagged === undefined) return 0;
  // Node ends the directory's name with the uid; each sandbox is shown it under its own.
  const shared = join(dirs.runtime, 'compile-cache', tagged.replace(/-\d+$/, ''));
  mkdirSync(join(shared, '..'), { recursive: true });
  cpSync(join(recorded, tagged), shared, { recursive: true });
  seal(join(dirs.runtime, 'compile-cache'));
  return readdirSync(shared).length;
};
