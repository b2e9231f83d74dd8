import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const recordSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  uid: z.int().nonnegative(),
  template: z.string(),
});

/** What is kept of a sandbox beside its files; a directory without it was never finished, or is not ours. */
export type SandboxRecord = z.infer<typeof recordSchema>;

export const readRecord = (path: string): SandboxRecord | undefined => {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Missing or torn by a crash: either way there is no sandbox to be woken here.
    return undefined;
  }
};

export const writeRecord = (path: string, record: SandboxRecord): void => {
  writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${path}.new`, path);
};
