// npm run sandbox:build [-- --again]
import { isLeft } from 'fp-ts/lib/Either.js';
import { buildTemplate } from '../../adapters/sandboxes/e2b/template/build.ts';
import { e2bTemplate, SANDBOX_SOURCES } from '../composition/e2b-template.ts';
import { loadEnvFile } from '../config/env-file.ts';
import { readConfig } from '../config.ts';

const HELP = `npm run sandbox:build [-- --again]

Builds, at E2B, the template this version makes its sandboxes from. E2B_API_KEY says for whom, E2B_TEMPLATE under which
name; its tag is the hash of the sources. Does nothing where E2B has it already; --again builds it all the same, for
newer packages of the system.`;

/** Answers the exit code. */
export const sandboxBuild = async (
  args: readonly string[],
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly say: (line: string) => void;
  },
): Promise<number> => {
  const { env, say } = options;
  if (args.some((argument) => argument !== '--again')) {
    say(HELP);
    return args.includes('--help') ? 0 : 2;
  }
  const read = readConfig(env);
  if (isLeft(read)) {
    for (const { message } of read.left) say(message);
    return 2;
  }
  const { e2b } = read.right;
  if (e2b === undefined) {
    say(
      'E2B_API_KEY is not set: sandboxes are of this machine, and their template is baked by the first start.',
    );
    return 2;
  }
  const { settings, template } = await e2bTemplate(e2b);
  const from = performance.now();
  try {
    say(`template ${template}`);
    const outcome = await buildTemplate({
      settings,
      template,
      sourceDir: SANDBOX_SOURCES,
      again: args.includes('--again'),
      log: (line) => say(`  ${line}`),
    });
    const seconds = ((performance.now() - from) / 1_000).toFixed(0);
    say(
      outcome === 'there' ? 'E2B has it already.' : `Built in ${seconds} s. Servers of this version use it.`,
    );
    return 0;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 1;
  }
};

if (import.meta.main) {
  loadEnvFile();
  process.exitCode = await sandboxBuild(process.argv.slice(2), {
    env: process.env,
    say: (line) => void process.stdout.write(`${line}\n`),
  });
}
