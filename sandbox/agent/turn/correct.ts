import { join } from 'node:path';
import { readEnvironment } from '../work/environment.ts';
import { runNode } from '../work/run.ts';
import type { Change, Context } from './apply.ts';
import { checkTypes } from './execute.ts';
import type { Turn } from './turn.ts';
import { CANNOT_CORRECT, notMine, takenBack } from './words.ts';

const LOOK_MS = 20_000;
/** The program asks for an answer, then looks in a browser, then, where that did not work out, at the modules. */
const LOOK_LIMIT_MS = 3 * LOOK_MS;

/**
 * The platform's checks found something wrong with what the last turn changed. Rules cannot repair what they do not know,
 * but they can find out whose it is: what is gone without the change came with it, and the change goes; what is still
 * there was there before, and the change stays.
 */
export async function correct(turn: Turn, change: Change | undefined): Promise<void> {
  const found = findingsIn(turn.prompt);
  // What cannot be committed is nothing that a file of ours could mend.
  if (!change || found.size === 0 || found.has('commit')) return turn.voice.say(CANNOT_CORRECT);
  if (!mayBeIn(change, found)) return turn.voice.say(notMine(found));
  const context: Context = { ...turn, environment: await readEnvironment(turn.cwd) };
  const { voice } = turn;

  const undone = await voice.tool({ title: 'Take my change back', kind: 'edit' }, async () => ({
    ok: true,
    value: await change.takeBack(),
    output: change.written.join('\n'),
  }));
  const putAgain = undone.value;
  try {
    if (await holds(context, found)) return await voice.say(takenBack(found));
  } catch (error) {
    await putAgain();
    throw error;
  }
  await voice.tool({ title: 'Put my change back in', kind: 'edit' }, async () => {
    await putAgain();
    return { ok: true, value: undefined, output: change.written.join('\n') };
  });
  return voice.say(notMine(found));
}

/** What each check found, by its name (`commands/turns/verdict.ts`). */
function findingsIn(prompt: string): ReadonlyMap<string, string> {
  const found = prompt.matchAll(/^- (secrets|commit|types|http|page): (.*(?:\n {2}.*)*)/gm);
  return new Map([...found].map(([, kind = '', detail = '']) => [kind, detail.trim()]));
}

/** A secret is named with its file; of everything else, only a second look tells where it comes from. */
const mayBeIn = ({ written }: Change, found: ReadonlyMap<string, string>): boolean => {
  const leaks = found.get('secrets')?.split('\n') ?? [];
  return (
    leaks.length === 0 || leaks.some((line) => written.some((path) => line.trim().startsWith(`${path} `)))
  );
};

/** Looks again at what was found, by the same programs. A secret that came in a message is gone with what it was put in. */
async function holds(context: Context, found: ReadonlyMap<string, string>): Promise<boolean> {
  if (found.has('types') && !(await checkTypes(context)).ok) return false;
  return found.has('http') || found.has('page') ? look(context) : true;
}

async function look({ cwd, environment, signal, voice }: Context): Promise<boolean> {
  const program = join(process.env.MK0R_CHECK_DIR ?? '', 'main.ts');
  const { ok } = await voice.tool({ title: 'Open the page', kind: 'execute' }, async () => {
    const { exitCode, output } = await runNode([program], { cwd, signal, timeoutMs: LOOK_LIMIT_MS });
    return { ok: exitCode === 0 && isFine(output), value: undefined, output: environment.scrub(output) };
  });
  return ok;
}

type Seen = { readonly http?: { readonly ok?: boolean }; readonly page?: { readonly ok?: boolean } };

function isFine(output: string): boolean {
  try {
    const { http, page } = JSON.parse(output) as Seen;
    return http?.ok === true && page?.ok === true;
  } catch {
    return false;
  }
}
