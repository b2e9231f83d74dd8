import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SandboxFailure } from '../failure.ts';
import { removeTree } from '../local/remove.ts';
import { npm } from '../local/template/npm.ts';

/** What the packages are: pinned by their lockfile, and installed nowhere but in a folder of their own. */
const FILES = ['package.json', 'package-lock.json'] as const;
/** Written last: a folder without it was cut off, and is made anew. */
const DONE = '.installed';
const INSTALL_TIMEOUT_MS = 600_000;

export type InstallOptions = {
  /** The project's `sandbox/` directory. */
  readonly sourceDir: string;
  /** Where installations are kept, one folder for each lockfile. */
  readonly agentsDir: string;
  /** Told what is being done and how long it took, a line at a time. */
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
};

/** 16 hex digits that change with any version of any package, and with the machine they are for. */
export const claudeHash = (sourceDir: string): string => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of FILES) hash.update(readFileSync(join(sourceDir, 'claude', file)));
  return hash.digest('hex').slice(0, 16);
};

export const claudeVersion = (sourceDir: string): string => {
  const { dependencies } = JSON.parse(readFileSync(join(sourceDir, 'claude', 'package.json'), 'utf8'));
  return dependencies['@agentclientprotocol/claude-agent-acp'];
};

/**
 * Installs Claude Code once for each lockfile (some 400 MB from npm) and answers the folder its `node_modules` is in.
 * No script of any package is run: this happens with the server's own rights. Rejects with `agent_install_failed`.
 */
export const installClaude = async (options: InstallOptions): Promise<string> => {
  const { sourceDir, agentsDir, log, signal } = options;
  const target = join(agentsDir, `claude-${claudeHash(sourceDir)}`);
  if (existsSync(join(target, DONE))) return target;
  const temporary = join(agentsDir, `.installing-${process.pid}-${randomUUID()}`);
  const what = `installing Claude Code (claude-agent-acp ${claudeVersion(sourceDir)}) from npm`;
  log(`${what} ...`);
  const from = performance.now();
  try {
    mkdirSync(temporary, { recursive: true, mode: 0o755 });
    for (const file of FILES) copyFileSync(join(sourceDir, 'claude', file), join(temporary, file));
    await npmCi(temporary, signal);
    writeFileSync(join(temporary, DONE), '');
    await publish(temporary, target);
  } finally {
    await removeTree(temporary);
  }
  await removeOthers(agentsDir, target);
  log(`${what}: ${((performance.now() - from) / 1000).toFixed(1)} s`);
  return target;
};

const npmCi = async (cwd: string, signal: AbortSignal | undefined): Promise<void> => {
  const [file, first] = npm();
  const args = [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const options = { cwd, timeout: INSTALL_TIMEOUT_MS, ...(signal ? { signal } : {}) };
  await promisify(execFile)(file, args, options).catch((error: Error) => {
    const said = error.message.split('\n').filter((line) => line.startsWith('npm error'));
    throw new SandboxFailure(
      'agent_install_failed',
      `Installing Claude Code from npm failed: ${said.slice(0, 6).join(' ') || error.message} Start without ANTHROPIC_API_KEY to go on with the offline agent.`,
      true,
    );
  });
};

/** Two servers may install at once: the first to finish wins, and a folder that was cut off gives way. */
const publish = async (temporary: string, target: string): Promise<void> => {
  if (existsSync(join(target, DONE))) return;
  await removeTree(target);
  try {
    renameSync(temporary, target);
  } catch (error) {
    if (!existsSync(join(target, DONE))) throw error;
  }
};

/** Of an earlier version; a sandbox of another server that still runs from one keeps its open files. */
const removeOthers = async (agentsDir: string, keep: string): Promise<void> => {
  for (const entry of readdirSync(agentsDir)) {
    const path = join(agentsDir, entry);
    if (entry.startsWith('claude-') && path !== keep) await removeTree(path);
  }
};
