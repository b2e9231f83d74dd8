import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyAppSources } from '../../local/template/bake-app.ts';
import { layOutRuntime, packageVersion, runtimePackages } from '../../local/template/bake-runtime.ts';
import { sourceHash } from '../../local/template/source-hash.ts';
import { COMPILE_SCRIPT, RECIPE_VERSION } from './recipe.ts';

/** What is uploaded: the same files a local template is made of, which `COPY` takes from `runtime/`, `claude/` and `app/`. */
export const stageTemplate = (sourceDir: string, context: string): void => {
  layOutRuntime(sourceDir, join(context, 'runtime'));
  writeFileSync(join(context, 'runtime', 'compile.mjs'), COMPILE_SCRIPT);
  copyAppSources(join(sourceDir, 'template'), join(context, 'app'));
  copyAppSources(join(sourceDir, 'claude'), join(context, 'claude'));
};

/**
 * 16 hex digits that change with anything a template is made of: it is the template's tag, so that a server never
 * boots another bridge than the one it was released with.
 */
export const templateHash = (sourceDir: string): string =>
  sourceHash(sourceDir, [RECIPE_VERSION, ...runtimePackages.map((name) => packageVersion(name, sourceDir))]);
