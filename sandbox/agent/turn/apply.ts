import { compose } from '../compose/compose.ts';
import type { AppSpec } from '../spec.ts';
import { type Edit, isDatabase, isTyped, isVisible, planEdits } from '../work/edits.ts';
import type { Environment } from '../work/environment.ts';
import { readApp, removeApp, writeApp } from '../work/files.ts';
import { together } from '../work/together.ts';
import { checkTypes, type Executed, pushTables } from './execute.ts';
import type { Turn } from './turn.ts';
import { verify } from './verify.ts';

export type Context = Turn & { readonly environment: Environment };

export type Applied = {
  readonly kept: readonly string[];
  readonly written: readonly string[];
} & ({ readonly ok: true; readonly seen: readonly string[] } | { readonly ok: false; readonly why: string });

const STEPS = ['Write the code', 'Create the tables and check the types', 'Show it and try it'];

/**
 * Brings the app from one spec to the next: tables first, then everything behind the screen, and the screen only when
 * the database has the tables and the types hold, so that the preview never shows what does not work yet. What does not
 * hold up is put back as it was; so is a cancelled turn. `everything` repeats also the steps that no edit asks for.
 */
export async function apply(
  context: Context,
  from: AppSpec | undefined,
  to: AppSpec,
  effort: 'what changed' | 'everything',
): Promise<Applied> {
  const { cwd, environment, signal, voice } = context;
  const { edits, kept } = await planEdits(cwd, from, to);
  const { parts } = compose(to);
  const hasDatabase = environment.has('DATABASE_URL');
  const needsTables = hasDatabase && (effort === 'everything' || edits.some(isDatabase));
  const needsTypes = effort === 'everything' || edits.some(isTyped);
  const facts = { kept, written: edits.map(({ path }) => path) };

  try {
    await voice.plan(STEPS, 0);
    await writeAll(context, edits.filter(isDatabase));
    const pushing = needsTables ? pushTables(context) : DONE;
    const behind = edits.filter((edit) => !isDatabase(edit) && !isVisible(edit));
    const checking = writeAll(context, behind).then(async () => {
      await voice.plan(STEPS, 1);
      return needsTypes ? checkTypes(context) : DONE;
    });
    const failed = (await together(pushing, checking)).find((step) => !step.ok);
    if (failed) return await giveUp(context, edits, facts, failed.why);

    await voice.plan(STEPS, 2);
    await writeAll(context, edits.filter(isVisible));
    const verified = await verify(context, parts, hasDatabase);
    if (verified.broken) return await giveUp(context, edits, facts, verified.broken);
    await voice.plan(STEPS, STEPS.length);
    return { ...facts, ok: true, seen: [...(needsTypes ? ['the types pass'] : []), ...verified.facts] };
  } catch (error) {
    await putBack(cwd, edits);
    signal.throwIfAborted();
    throw error;
  }
}

const DONE: Promise<Executed> = Promise.resolve({ ok: true });

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
  facts: Pick<Applied, 'kept' | 'written'>,
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
