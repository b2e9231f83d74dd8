import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Files } from './built-part.ts';

const PARTS = join(import.meta.dirname, '..', 'parts');

/** The files of a part that are the same in every app, by their path inside the app; of some, only the `wanted` ones. */
export function staticFiles(part: string, wanted?: ReadonlySet<string>): Files {
  const root = join(PARTS, part, 'files');
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => wanted === undefined || wanted.has(inApp(relative(root, path))))
      .map((path) => [inApp(relative(root, path)), readFileSync(path, 'utf8')]),
  );
}

/** A test of the app carries another name here, where it would be taken for a test of the agent. */
const inApp = (path: string): string => path.replace(/-test\.ts$/, '.test.ts');
