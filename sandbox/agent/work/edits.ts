import { applyPatch, structuredPatch } from 'diff';
import { compose } from '../compose/compose.ts';
import type { AppSpec } from '../spec.ts';
import { readApp } from './files.ts';

/** A file before and after; `undefined` where there is none. */
export type Edit = {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
};

export type Edits = {
  readonly edits: readonly Edit[];
  /** Files somebody changed by hand where our change found its place beside theirs. */
  readonly merged: readonly string[];
  /** Files somebody changed by hand at the same lines; they are theirs, and stay as they are. */
  readonly kept: readonly string[];
};

/** What has to be written to bring the app in `cwd` from one spec to the next. Writes nothing. */
export async function planEdits(cwd: string, from: AppSpec | undefined, to: AppSpec): Promise<Edits> {
  const earlier = from && compose(from).files;
  const later = compose(to).files;
  const paths = new Set([...later.keys(), ...(earlier?.keys() ?? [])]);
  const plan: { edits: Edit[]; merged: string[]; kept: string[] } = { edits: [], merged: [], kept: [] };
  for (const path of paths) {
    const before = await readApp(cwd, path);
    const [ours, after] = [earlier?.get(path), later.get(path)];
    if (before === after || ours === after) continue;
    if (before === undefined || earlier === undefined || before === ours) {
      plan.edits.push({ path, before, after });
      continue;
    }
    const merged = ours !== undefined && after !== undefined ? merge(ours, after, before) : undefined;
    if (merged === undefined) plan.kept.push(path);
    else if (merged !== before) {
      plan.edits.push({ path, before, after: merged });
      plan.merged.push(path);
    }
  }
  return plan;
}

/** What changed between two of our texts, applied to a third; `undefined` where that has other lines there. */
function merge(ours: string, after: string, theirs: string): string | undefined {
  const change = structuredPatch('', '', ours, after, undefined, undefined, { context: 2 });
  const merged = applyPatch(theirs, change);
  return merged === false ? undefined : merged;
}

/** Tables must exist before a page asks for them, so what the database is made from is written first. */
export const isDatabase = ({ path, after }: Edit): boolean =>
  after !== undefined &&
  (path.startsWith('server/tables/') || ['server/schema.ts', 'server/columns.ts'].includes(path));

/**
 * `src/App.tsx` is what makes a change visible; it comes when everything behind it is there. What it no longer shows
 * goes last.
 */
export const isVisible = ({ path, after }: Edit): boolean => path === 'src/App.tsx' || after === undefined;
