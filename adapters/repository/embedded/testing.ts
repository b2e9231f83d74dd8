import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitHost, type GitHostOptions, startGitHost } from './git-host.ts';

export const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const newSlug = (): string => randomBytes(6).toString('hex');

export type TestHost = GitHost & { readonly remove: () => Promise<void> };

/** A host in a directory of its own; `remove` ends both. */
export const testHost = async (options: Partial<GitHostOptions> = {}): Promise<TestHost> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'mk0r-git-'));
  const host = await startGitHost({ dataDir, port: 0, logger: silent, ...options });
  const remove = async (): Promise<void> => {
    await host.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { ...host, remove };
};
