import { compose } from '../compose/compose.ts';
import type { AppSpec } from '../spec.ts';
import { readApp } from './files.ts';

export type Edit = { readonly path: string; readonly before: string | undefined; readonly after: string };

export type Edits = {
  readonly edits: readonly Edit[];
  /** Files somebody changed by hand; they are theirs, and stay as they are. */
  readonly kept: readonly string[];
};

/** What has to be written to bring the app in `cwd` from one spec to the next. Writes nothing. */
export async function planEdits(cwd: string, from: AppSpec | undefined, to: AppSpec): Promise<Edits> {
  const earlier = from && compose(from).files;
  const edits: Edit[] = [];
  const kept: string[] = [];
  for (const [path, after] of compose(to).files) {
    const before = await readApp(cwd, path);
    if (before === after) continue;
    const ours = before === undefined || earlier === undefined || earlier.get(path) === before;
    if (ours) edits.push({ path, before, after });
    else kept.push(path);
  }
  return { edits, kept };
}

/** Tables must exist before a page asks for them, so what the database is made from is written first. */
export const isDatabase = ({ path }: Edit): boolean =>
  path.startsWith('server/tables/') || path === 'server/schema.ts';

/** `src/App.tsx` is what makes a change visible; it comes when everything behind it is there. */
export const isVisible = ({ path }: Edit): boolean => path === 'src/App.tsx';

/** Colours and names need no type check. */
export const isTyped = ({ path }: Edit): boolean => /\.tsx?$/.test(path);
