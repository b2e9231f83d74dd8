import type { ServerResponse } from 'node:http';
import { stripVTControlCharacters } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import { isRunnableDevEnvironment, type Plugin, type ViteDevServer } from 'vite';
import { codeFiles } from './code-files.ts';

const SERVER_CODE = ['server', 'shared', 'drizzle'];
const JOBS_EVERY_MS = 30_000;

type Api = { fetch: (request: Request) => Response | Promise<Response> };

/**
 * Serves `server/index.ts` under `/api` from the dev server, always as its files are at that moment, with the database
 * as its migrations say; and runs the jobs of `server/jobs.ts`.
 */
export function apiServer(): Plugin {
  return {
    name: 'api-server',
    configureServer(server) {
      const load = loader(server);
      const timer = setInterval(() => void work(server, load), JOBS_EVERY_MS);
      server.httpServer?.once('close', () => clearInterval(timer));
      server.middlewares.use(async (request, response, next) => {
        if (!/^\/api(\/|\?|$)/.test(request.url ?? '')) return next();
        try {
          const { fetch } = await load();
          await getRequestListener(fetch, { overrideGlobalObjects: false })(request, response);
        } catch (error) {
          answerBroken(server, response, error);
        }
      });
    },
  };
}

/**
 * The code is loaded again when a file of it has changed since. Its files are looked at for each request, because a
 * watcher may be late, and a change that comes in the middle of a load must not be lost.
 */
function loader(server: ViteDevServer): () => Promise<Api> {
  const { ssr } = server.environments;
  let loaded: { version: string; module: Promise<{ default?: Partial<Api> }> } | undefined;

  return async () => {
    const version = versionOf(server.config.root);
    if (loaded?.version !== version) {
      ssr.moduleGraph.invalidateAll();
      runnerOf(server).clearCache();
      loaded = { version, module: migrated(server).then(() => runnerOf(server).import('/server/index.ts')) };
    }
    const { default: api } = await loaded.module;
    if (typeof api?.fetch !== 'function')
      throw new Error('server/index.ts must export a Hono app as its default');
    return api as Api;
  };
}

/** What runs the app's own server code, so that an edit of it does not restart the dev server. */
function runnerOf({ environments: { ssr } }: ViteDevServer) {
  if (!isRunnableDevEnvironment(ssr)) throw new Error('the dev server cannot run server code');
  return ssr.runner;
}

/** Brings the database to where the code is, also after a move through the history; the page hears of it otherwise. */
async function migrated(server: ViteDevServer): Promise<void> {
  try {
    const runner = runnerOf(server);
    const { env } = await runner.import<typeof import('./env.ts')>('/server/env.ts');
    const { migrate } = await runner.import<typeof import('./migrate.ts')>('/server/migrate.ts');
    const { DATABASE_URL: url } = env();
    if (url) await migrate(url);
  } catch (error) {
    server.config.logger.error(`migrations: ${error instanceof Error ? error.message : error}`);
  }
}

async function work(server: ViteDevServer, load: () => Promise<Api>): Promise<void> {
  try {
    await load();
    const runner = runnerOf(server);
    const { jobs } = await runner.import<typeof import('./jobs.ts')>('/server/jobs.ts');
    const { runJobs } = await runner.import<typeof import('./run-jobs.ts')>('/server/run-jobs.ts');
    await runJobs(jobs);
  } catch (error) {
    server.config.logger.error(`jobs: ${error instanceof Error ? error.message : error}`);
  }
}

/** Changes with every edit of server code. */
function versionOf(root: string): string {
  return [...codeFiles(root, SERVER_CODE)].map(([path, at]) => `${path} ${at}`).join();
}

/** The server code itself does not load, e.g. a syntax error: say so, the page cannot know. */
function answerBroken(server: ViteDevServer, response: ServerResponse, error: unknown): void {
  const cause = error instanceof Error ? error : new Error(String(error));
  server.ssrFixStacktrace(cause);
  server.config.logger.error(`api: ${cause.stack ?? cause.message}`);
  if (response.headersSent) return void response.end();
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: `The server code does not load. ${readable(cause)}` }));
}

/** The bundler draws its message for a terminal; keep the words. */
function readable(error: Error): string {
  const lines = stripVTControlCharacters(error.message).split('\n');
  return lines
    .map((line) => line.replace(/[╭╮╯╰│─·]/g, '').trim())
    .filter(Boolean)
    .join(' ');
}
