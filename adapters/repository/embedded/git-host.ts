import { mkdir, realpath } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { promisify } from 'node:util';
import type { BaseLogger } from 'pino';
import { rememberedPort } from '../../listening/remembered-port.ts';
import { GitHostError } from './failure.ts';
import { prepareGit } from './git.ts';
import { gitHandler } from './server.ts';
import { MAX_REPOSITORY_BYTES, sweep } from './storage.ts';
import { loadTokenKey, mintToken } from './token.ts';

export type Logger = Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>;

export type GitHostOptions = {
  /** A directory of its own, made where missing: bare repositories `<name>.git` and the token key. */
  readonly dataDir: string;
  /** 0 picks a free port, the same again at the next start. */
  readonly port: number;
  readonly logger: Logger;
  /** Default 1 GiB. */
  readonly maxRepositoryBytes?: number;
};

export type GitHost = {
  readonly port: number;
  readonly dataDir: string;
  /** The environment git must run in here. */
  readonly env: NodeJS.ProcessEnv;
  /** `http://127.0.0.1:<port>/<name>.git`, without a credential. */
  readonly urlOf: (name: string) => string;
  /** A password for that one repository until then. */
  readonly tokenFor: (name: string, expiresAtMs: number) => string;
  /** Cuts running calls and stops listening. */
  readonly close: () => Promise<void>;
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

const isInUse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** For 0 the port of the last run: sessions keep the repository's URL in their `.env`. */
const listenAgain = async (server: Server, dataDir: string, asked: number): Promise<number> => {
  try {
    return await listen(server, await rememberedPort(dataDir, asked));
  } catch (error) {
    if (!isInUse(error)) throw error;
    throw new GitHostError(
      'git_port_in_use',
      `Port ${asked} for the embedded git host is in use: free it, or choose another (0 picks a free one).`,
    );
  }
};

/**
 * Starts the git host of `dataDir` on 127.0.0.1: `git http-backend` behind short-lived tokens, one repository each.
 * Rejects with `GitHostError` (`git_missing`, `git_too_old`, `git_port_in_use`), whose message says what to do.
 */
export const startGitHost = async (options: GitHostOptions): Promise<GitHost> => {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const env = await prepareGit(dataDir);
  const key = await loadTokenKey(dataDir);
  await sweep(dataDir);
  const closing = new AbortController();
  const { logger, maxRepositoryBytes = MAX_REPOSITORY_BYTES } = options;
  const calls = gitHandler({ dataDir, key, env, logger, maxRepositoryBytes, signal: closing.signal });
  const server = createServer(calls.handle);
  const port = await listenAgain(server, dataDir, options.port);
  logger.info({ port }, 'git host is up');

  return {
    port,
    dataDir,
    env,
    urlOf: (name) => `http://127.0.0.1:${port}/${name}.git`,
    tokenFor: (name, expiresAtMs) => mintToken(key, name, expiresAtMs),
    close: async () => {
      closing.abort();
      await calls.settled();
      server.closeAllConnections();
      if (server.listening) await promisify(server.close.bind(server))();
    },
  };
};
