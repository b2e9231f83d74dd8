import { runNode } from '../work/run.ts';
import type { Context } from './apply.ts';

export type Executed = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Creates or extends the tables in the app's database from `server/schema.ts`. */
export const pushTables = (context: Context): Promise<Executed> =>
  execute(context, {
    title: 'drizzle-kit push',
    args: ['node_modules/drizzle-kit/bin.cjs', 'push', '--force'],
    // drizzle-kit 0.31 exits 0 also where the schema did not compile or a question could not be asked.
    proof: /Changes applied|No changes detected/,
    failed: 'the tables could not be created in the database',
  });

/** Type-checks the whole app. */
export const checkTypes = (context: Context): Promise<Executed> =>
  execute(context, {
    title: 'tsc --noEmit',
    args: ['node_modules/typescript/bin/tsc', '--noEmit'],
    failed: 'the code did not pass the type check',
  });

type Command = {
  readonly title: string;
  readonly args: readonly string[];
  /** What the output must hold besides exit code 0. */
  readonly proof?: RegExp;
  readonly failed: string;
};

const TIMEOUT_MS = 60_000;

async function execute({ cwd, environment, signal, voice }: Context, command: Command): Promise<Executed> {
  const rawInput = { command: ['node', ...command.args].join(' ') };
  const { ok } = await voice.tool({ title: command.title, kind: 'execute', rawInput }, async () => {
    const { exitCode, output, ms } = await runNode(command.args, { cwd, signal, timeoutMs: TIMEOUT_MS });
    const seconds = `${(ms / 1000).toFixed(1)} s`;
    return {
      ok: exitCode === 0 && (command.proof?.test(output) ?? true),
      value: undefined,
      output: [environment.scrub(tail(output)), `exit code ${exitCode}, ${seconds}`]
        .filter(Boolean)
        .join('\n'),
      rawOutput: { exitCode, ms: Math.round(ms) },
    };
  });
  return ok ? { ok } : { ok, why: command.failed };
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
