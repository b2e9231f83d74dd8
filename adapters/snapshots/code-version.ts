import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What decides how events become a directory, in the sources this process runs. */
const FOLDING = ['domain', 'commands/upcasters', 'commands/directory.ts', 'commands/event-codec.ts'];
const ROOT = join(import.meta.dirname, '../..');

const sourcesIn = (path: string): readonly string[] =>
  path.endsWith('.ts')
    ? [path]
    : readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
        .map((name) => join(path, name));

/** Bundled, everything is in the one file that runs. */
const isBundled = (): boolean => !FOLDING.every((path) => existsSync(join(ROOT, path)));

/** Another one whenever the same events may be folded into something else. */
export const foldingCode = (): string => {
  const hash = createHash('sha256').update(process.versions.v8);
  if (isBundled()) return hash.update(readFileSync(import.meta.filename)).digest('hex');
  for (const file of FOLDING.flatMap(sourcesIn).toSorted())
    hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
};
