import { isLeft } from 'fp-ts/lib/Either.js';
import { COMMANDS, help } from './cli/commands.ts';
import { json } from './cli/json.ts';
import { loadEnvFile } from './config/env-file.ts';
import { readConfig } from './config.ts';

/** 1 is an answer: a seal that does not fit, an orphan that stays. */
const NOT_DONE = 2;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const fail = (message: string): number => {
  process.stderr.write(`${message}\n`);
  return NOT_DONE;
};

const main = async ([name, ...args]: readonly string[]): Promise<number> => {
  if (name === undefined || name === 'help' || name === '--help') {
    say(help());
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) return fail(`There is no command ${json(name)}.\n\n${help()}`);
  loadEnvFile();
  const config = readConfig(process.env);
  if (isLeft(config)) return fail(config.left.map(({ message }) => message).join('\n'));
  try {
    return await command.run(args, { config: config.right, say });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
};

// The reader of a pipe may have seen enough: head closes it after ten lines.
process.stdout.on('error', () => process.exit(0));
process.exitCode = await main(process.argv.slice(2));
