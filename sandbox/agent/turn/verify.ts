import type { BuiltPart } from '../compose/built-part.ts';
import type { AppSpec } from '../spec.ts';
import { getUntilOk } from '../work/http.ts';
import { countRows } from '../work/rows.ts';
import { together } from '../work/together.ts';
import type { Context } from './apply.ts';

export type Verified = {
  /** What was seen, e.g. `GET / 200`, `habits: 0 rows`. */
  readonly facts: readonly string[];
  /** Why the app does not hold up, in one sentence; absent where it does. */
  readonly broken?: string;
};

const COUNT_MS = 120_000;
const NOTHING_TO_COUNT: Promise<Verified> = Promise.resolve({ facts: [] });

/** Uses the app as a visitor's browser would: the page, its screens, each new route, and the tables behind them. */
export async function verify(
  context: Context,
  spec: AppSpec,
  parts: readonly BuiltPart[],
  hasDatabase: boolean,
): Promise<Verified> {
  const screens = parts.map(({ id, screen }) => `/src/features/${id}/${screen}.tsx`);
  const paths = ['/', '/src/App.tsx', ...screens, ...(hasDatabase ? probes(spec, parts) : [])];
  const [answers, rows] = await together(
    together(...paths.map((path) => request(context, path))),
    hasDatabase ? count(context, parts) : NOTHING_TO_COUNT,
  );
  const broken = [...answers, rows].find((answer) => answer.broken)?.broken;
  const shown = answers.filter(({ path }) => !path.startsWith('/src/')).flatMap(({ facts }) => facts);
  return { facts: [...shown, ...rows.facts], ...(broken ? { broken } : {}) };
}

/** Routes behind the sign-in answer only who is signed in; that the sign-in itself answers says that they are mounted. */
function probes({ signIn, parts: kinds }: AppSpec, parts: readonly BuiltPart[]): string[] {
  if (!signIn) return parts.map(({ probe }) => probe);
  const open = parts.filter((_, position) => kinds[position]?.kind === 'form');
  return [...open.map(({ probe }) => probe), '/api/sign-in'];
}

async function request(
  { environment, signal, voice }: Context,
  path: string,
): Promise<Verified & { readonly path: string }> {
  const { value } = await voice.tool({ title: `GET ${path}`, kind: 'fetch' }, async () => {
    const answer = await getUntilOk(path, signal);
    const output = [`HTTP ${answer.status || 'no answer'}`, environment.scrub(answer.detail)]
      .filter(Boolean)
      .join('\n');
    return { ok: answer.status === 200, value: answer, output, rawOutput: { status: answer.status } };
  });
  const fact = `GET ${path.split('?')[0]} answered ${value.status}`;
  if (value.status === 200) return { path, facts: [fact] };
  const broken = value.status === 0 ? 'the dev server did not answer, so I could not try the app' : fact;
  return { path, facts: [fact], broken };
}

async function count(
  { cwd, environment, signal, voice, worker }: Context,
  parts: readonly BuiltPart[],
): Promise<Verified> {
  const tables = parts.flatMap((part) => part.tables);
  const { ok, value } = await voice.tool(
    { title: `Count the rows of ${tables.join(', ')}`, kind: 'execute' },
    async () => {
      const limits = { signal, timeoutMs: COUNT_MS };
      const { exitCode, output } =
        (await worker.run({ kind: 'count', tables }, limits)) ?? (await countRows(cwd, tables, limits));
      const clean = environment.scrub(output);
      return { ok: exitCode === 0, value: clean, output: clean, rawOutput: { exitCode } };
    },
  );
  return ok
    ? { facts: value.split('\n').filter(Boolean) }
    : { facts: [], broken: 'the new tables could not be read from the database' };
}
