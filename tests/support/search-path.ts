import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A `PATH` with everything the machine has but one program: links to the rest, in `dir`. */
export const pathWithout = (program: string, dir: string): string => {
  for (const from of (process.env.PATH ?? '').split(delimiter).filter(existsSync)) {
    for (const name of readdirSync(from)) {
      const link = join(dir, name);
      if (name !== program && !existsSync(link)) symlinkSync(join(from, name), link);
    }
  }
  return dir;
};
