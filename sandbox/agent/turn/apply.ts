import { compose } from '../compose/compose.ts';
import type { AppSpec } from '../spec.ts';
import { type Edit, isDatabase, isVisible, planEdits } from '../work/edits.ts';
import type { Environment } from '../work/environment.ts';
import { readApp, removeApp, writeApp } from '../work/files.ts';
import { checkTypes, pushTables } from './execute.ts';
import type { Turn } from './turn.ts';
import { type Verified, verify } from './verify.ts';

export type Context = Turn & { readonly environment: Environment };

export type Applied = {
  readonly kept: readonly string[];
  readonly written: readonly string[];
  readonly pushed: boolean;
} & ({ readonly ok: true; readonly verified: Verified } | { readonly ok: false; readonly why: string });

const STEPS = [
  'Write the tables and create them',
  'Write the server and the screens',
  'Check the types',
  'Try it',
];

/**
 * Brings the app from one spec to the next: tables, then everything behind the screen, then the screen, so that the
 * preview never asks for what is not there yet. What does not hold up is put back as it was; so is a cancelled turn.
 */
export async function apply(context: Context, from: AppSpec | undefined, to: AppSpec): Promise<Applied> {
  const { cwd, environment, signal, voice } = context;
  const { edits, kept } = await planEdits(cwd, from, to);
  const { parts } = compose(to);
  const hasDatabase = environment.has('DATABASE_URL');
  const facts = { kept, written: edits.map(({ path }) => path) };
  let pushed = false;

  try {
    await voice.plan(STEPS, 0);
    await writeAll(context, edits.filter(isDatabase));
    const behind = edits.filter((edit) => !isDatabase(edit) && !isVisible(edit));
    const [tables] = await Promise.all([
      hasDatabase ? pushTables(context) : undefined,
      writeAll(context, behind).then(() => voice.plan(STEPS, 1)),
    ]);
    if (tables && !tables.ok) return await giveUp(context, edits, { ...facts, pushed }, tables.why);
    pushed = hasDatabase;

    await writeAll(context, edits.filter(isVisible));
    await voice.plan(STEPS, 2);
    const [types, verified] = await Promise.all([checkTypes(context), verify(context, parts, hasDatabase)]);
    if (!types.ok) return await giveUp(context, edits, { ...facts, pushed }, types.why);
    if (verified.broken) return await giveUp(context, edits, { ...facts, pushed }, verified.broken);
    await voice.plan(STEPS, STEPS.length);
    return { ...facts, pushed, ok: true, verified };
  } catch (error) {
    await putBack(cwd, edits);
    signal.throwIfAborted();
    throw error;
  }
}

async function writeAll({ cwd, signal, voice }: Context, edits: readonly Edit[]): Promise<void> {
  for (const { path, before, after } of edits) {
    signal.throwIfAborted();
    await voice.tool(
      {
        title: `${before === undefined ? 'Write' : 'Edit'} ${path}`,
        kind: 'edit',
        path: `${cwd}/${path}`,
        diff: { oldText: before ?? null, newText: after },
      },
      async () => {
        await writeApp(cwd, path, after);
        return { ok: true, value: undefined };
      },
    );
  }
}

async function giveUp(
  { cwd, voice }: Context,
  edits: readonly Edit[],
  facts: Omit<Applied, 'ok' | 'why' | 'verified'>,
  why: string,
): Promise<Applied> {
  await voice.tool({ title: 'Put the files back as they were', kind: 'edit' }, async () => {
    await putBack(cwd, edits);
    return { ok: true, value: undefined, output: edits.map(({ path }) => path).join('\n') };
  });
  return { ...facts, ok: false, why };
}

/** Last written, first put back: the screen goes before what it needs. A file changed meanwhile is left alone. */
async function putBack(cwd: string, edits: readonly Edit[]): Promise<void> {
  for (const { path, before, after } of edits.toReversed()) {
    if ((await readApp(cwd, path)) !== after) continue;
    await (before === undefined ? removeApp(cwd, path) : writeApp(cwd, path, before));
  }
}
