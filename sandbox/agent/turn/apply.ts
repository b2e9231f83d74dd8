import { compose } from '../compose/compose.ts';
import type { AppSpec } from '../spec.ts';
import { type Edit, isDatabase, isVisible, planEdits } from '../work/edits.ts';
import type { Environment } from '../work/environment.ts';
import { readApp, removeApp, writeApp } from '../work/files.ts';
import { keepMigrations } from '../work/migrations.ts';
import { together } from '../work/together.ts';
import { changeTables, type Executed } from './execute.ts';
import type { Turn } from './turn.ts';
import { verify } from './verify.ts';

export type Context = Turn & { readonly environment: Environment };

/** What a turn has changed; its rows stay where they are, whatever becomes of it. */
export type Change = {
  readonly written: readonly string[];
  /** Puts the files back as they were, but for those changed since; calling the answer puts them in again. */
  readonly takeBack: () => Promise<() => Promise<void>>;
};

export type Applied = {
  readonly merged: readonly string[];
  readonly kept: readonly string[];
  readonly written: readonly string[];
} & (
  | { readonly ok: true; readonly seen: readonly string[]; readonly change: Change }
  | { readonly ok: false; readonly why: string }
);

const STEPS = ['Write the code', 'Change the tables', 'Show it and try it'];

/**
 * Brings the app from one spec to the next: tables first, then everything behind the screen, and the screen only when
 * the database has the tables, so that the preview never shows what does not work yet. What does not hold up is put back
 * as it was; so is a cancelled turn. Types are checked by who ends the turn: what fails there is told to `correct`.
 * `everything` changes the tables even where no edit asks for it.
 */
export async function apply(
  context: Context,
  from: AppSpec | undefined,
  to: AppSpec,
  effort: 'what changed' | 'everything',
): Promise<Applied> {
  const { edits, kept, merged } = await planEdits(context.cwd, from, to);
  const putMigrationsBack = await keepMigrations(context.cwd);
  const restore = async () => {
    await putBack(context.cwd, edits);
    await putMigrationsBack();
  };
  const facts = { merged, kept, written: edits.map(({ path }) => path) };
  try {
    const outcome = await attempt(context, edits, to, effort);
    if (outcome.ok) {
      const takeBack = async () => {
        const putMigrationsIn = await keepMigrations(context.cwd);
        await restore();
        return async () => {
          await putMigrationsIn();
          await putBack(context.cwd, edits.toReversed().map(reversed));
        };
      };
      return { ...facts, ...outcome, change: { written: facts.written, takeBack } };
    }
    await context.voice.tool({ title: 'Put the files back as they were', kind: 'edit' }, async () => {
      await restore();
      return { ok: true, value: undefined, output: facts.written.join('\n') };
    });
    return { ...facts, ...outcome };
  } catch (error) {
    await restore();
    context.signal.throwIfAborted();
    throw error;
  }
}

type Outcome =
  | { readonly ok: true; readonly seen: readonly string[] }
  | { readonly ok: false; readonly why: string };

async function attempt(
  context: Context,
  edits: readonly Edit[],
  to: AppSpec,
  effort: 'what changed' | 'everything',
): Promise<Outcome> {
  const { environment, voice } = context;
  const hasDatabase = environment.has('DATABASE_URL');
  const needsTables = effort === 'everything' || edits.some(isDatabase);

  await voice.plan(STEPS, 0);
  await writeAll(context, edits.filter(isDatabase));
  const changing = needsTables ? changeTables(context) : DONE;
  const behind = edits.filter((edit) => !isDatabase(edit) && !isVisible(edit));
  const writing = writeAll(context, behind).then(() => voice.plan(STEPS, 1));
  const [changed] = await together(changing, writing);
  if (!changed.ok) return changed;

  await voice.plan(STEPS, 2);
  await writeAll(context, edits.filter(isVisible));
  const verified = await verify(context, to, compose(to).parts, hasDatabase);
  if (verified.broken) return { ok: false, why: verified.broken };
  await voice.plan(STEPS, STEPS.length);
  return { ok: true, seen: verified.facts };
}

const DONE: Promise<Executed> = Promise.resolve({ ok: true });

async function writeAll({ cwd, signal, voice }: Context, edits: readonly Edit[]): Promise<void> {
  for (const { path, before, after } of edits) {
    signal.throwIfAborted();
    const verb = after === undefined ? 'Remove' : before === undefined ? 'Write' : 'Edit';
    await voice.tool(
      {
        title: `${verb} ${path}`,
        kind: after === undefined ? 'delete' : 'edit',
        path: `${cwd}/${path}`,
        diff: { oldText: before ?? null, newText: after ?? '' },
      },
      async () => {
        await (after === undefined ? removeApp(cwd, path) : writeApp(cwd, path, after));
        return { ok: true, value: undefined };
      },
    );
  }
}

const reversed = ({ path, before, after }: Edit): Edit => ({ path, before: after, after: before });

/** Last written, first put back: the screen goes before what it needs. A file changed meanwhile is left alone. */
async function putBack(cwd: string, edits: readonly Edit[]): Promise<void> {
  for (const { path, before, after } of edits.toReversed()) {
    if ((await readApp(cwd, path)) !== after) continue;
    await (before === undefined ? removeApp(cwd, path) : writeApp(cwd, path, before));
  }
}
