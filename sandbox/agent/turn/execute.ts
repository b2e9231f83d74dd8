import { type Ran, runNode } from '../work/run.ts';
import type { Context } from './apply.ts';

export type Executed = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Writes what `server/schema.ts` changes as a migration, and applies it; without a database it waits in `drizzle/`. */
export function changeTables(context: Context): Promise<Executed> {
  const { cwd, signal, worker } = context;
  const name = nameOf(context.prompt);
  const limits = { signal, timeoutMs: TIMEOUT_MS };
  return execute(context, {
    title: 'npm run db:change',
    command: `npm run db:change -- ${name}`,
    run: async () =>
      (await worker.run({ kind: 'change', name }, limits)) ??
      runNode(['scripts/db-change.mjs', name], { cwd, ...limits }),
    // A question that drizzle-kit would have asked ends the script early, and quietly.
    proof: /up to date|Applied \d+ migration|nothing was applied/,
    failed: 'the tables could not be changed in the database',
  });
}

/** A migration is named by what was asked for: letters and digits of its first words. */
const nameOf = (prompt: string): string =>
  prompt
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 1)
    .slice(0, 5)
    .join('_') || 'change';

const TSC = ['node_modules/typescript/bin/tsc', '--noEmit'];
/** The compiler is a Go program, and gone in a second: below this much it need not collect its garbage. */
const TSC_ENV = { GOGC: 'off', GOMEMLIMIT: '384MiB' };

/** Type-checks the whole app; by its contents, the compiler knows what it has checked before. */
export const checkTypes = (context: Context): Promise<Executed> =>
  execute(context, {
    title: 'tsc --noEmit',
    command: ['node', ...TSC].join(' '),
    run: () =>
      runNode(TSC, { cwd: context.cwd, signal: context.signal, timeoutMs: TIMEOUT_MS, env: TSC_ENV }),
    failed: 'the code did not pass the type check',
  });

type Command = {
  readonly title: string;
  /** As somebody would type it in the app. */
  readonly command: string;
  readonly run: () => Promise<Ran>;
  /** What the output must hold besides exit code 0. */
  readonly proof?: RegExp;
  readonly failed: string;
};

/** A second or less, unless a small machine builds ten apps at once: then minutes, and no error. */
const TIMEOUT_MS = 5 * 60_000;
const TIMED_OUT = 124;

async function execute(
  { environment, voice }: Context,
  { title, command, run, proof, failed }: Command,
): Promise<Executed> {
  const { ok, value } = await voice.tool({ title, kind: 'execute', rawInput: { command } }, async () => {
    const { exitCode, output, ms } = await run();
    const seconds = `${(ms / 1000).toFixed(1)} s`;
    return {
      ok: exitCode === 0 && (proof?.test(output) ?? true),
      value: exitCode === TIMED_OUT ? `${title} did not end in ${seconds}, on a busy machine` : failed,
      output: [environment.scrub(tail(output)), `exit code ${exitCode}, ${seconds}`]
        .filter(Boolean)
        .join('\n'),
      rawOutput: { exitCode, ms: Math.round(ms) },
    };
  });
  return ok ? { ok } : { ok, why: value };
}

const LINES_SHOWN = 20;

// drizzle-kit draws one frame of its spinner per line where there is no terminal.
const SPINNER = /^\s*\[[\u2800-\u28ff]\]/;

const tail = (output: string): string =>
  output
    .split(/\r?\n|\r/)
    .filter((line) => line.trim() !== '' && !SPINNER.test(line))
    .slice(-LINES_SHOWN)
    .join('\n');
