import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { templatesDir } from '../paths.ts';
import { readIdentity, writeIdentity } from '../processes/process-identity.ts';
import { moveToTrash } from '../remove.ts';

const leasesDir = (template: string): string => join(template, 'held-by');

/** Says that this process uses the template, for as long as it runs. */
export const holdTemplate = (dataDir: string, hash: string): void => {
  const dir = leasesDir(join(templatesDir(dataDir), hash));
  mkdirSync(dir, { recursive: true });
  writeIdentity(join(dir, `${process.pid}.json`), process.pid);
};

const isHeld = (template: string): boolean => {
  const dir = leasesDir(template);
  return existsSync(dir) && readdirSync(dir).some((file) => readIdentity(join(dir, file)) !== undefined);
};

const isBeingBaked = (entry: string): boolean => {
  const pid = /^\.baking-(\d+)-/.exec(entry)?.[1];
  return pid !== undefined && existsSync(`/proc/${pid}`);
};

/** Takes away other templates nobody holds, and bakes whose process has died; the host empties the trash. */
export const pruneTemplates = (dataDir: string, keep: string): void => {
  for (const entry of readdirSync(templatesDir(dataDir))) {
    const template = join(templatesDir(dataDir), entry);
    if (entry === keep || isBeingBaked(entry) || isHeld(template)) continue;
    moveToTrash(dataDir, template);
  }
};
