import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Which services the app has, by the names of their variables. Values never leave this module. */
export type Environment = {
  readonly names: readonly string[];
  readonly has: (name: string) => boolean;
  /** Output of a tool with every value of the environment replaced by its name. */
  readonly scrub: (text: string) => string;
};

/** Too short to be a secret, and common in honest output (`3000`, `true`). */
const SHORTEST_SECRET = 8;

/** Reads `.env` of the app in `cwd`; a missing file means that no service is there. */
export async function readEnvironment(cwd: string): Promise<Environment> {
  const text = await readFile(join(cwd, '.env'), 'utf8').catch(() => '');
  const values = Object.entries(parseEnv(text)).filter((entry): entry is [string, string] =>
    Boolean(entry[1]),
  );
  const names = values.map(([name]) => name).sort();
  const secrets = values.filter(([, value]) => value.length >= SHORTEST_SECRET);
  return {
    names,
    has: (name) => names.includes(name) || Boolean(process.env[name]),
    scrub: (output) => secrets.reduce((clean, [name, value]) => clean.replaceAll(value, `[${name}]`), output),
  };
}
