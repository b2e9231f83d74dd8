import type { ServerResponse } from 'node:http';
import { stripVTControlCharacters } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import { isRunnableDevEnvironment, type Plugin, type ViteDevServer } from 'vite';
import { codeFiles } from './code-files.ts';

const SERVER_CODE = ['server', 'shared'];

type Api = { fetch: (request: Request) => Response | Promise<Response> };

/** Serves `server/index.ts` under `/api` from the dev server, always as its files are at that moment. */
export function apiServer(): Plugin {
  return {
    name: 'api-server',
    configureServer(server) {
      const load = loader(server);
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
  if (!isRunnableDevEnvironment(ssr)) throw new Error('the dev server cannot run server code');
  let loaded: { version: string; module: Promise<{ default?: Partial<Api> }> } | undefined;

  return async () => {
    const version = versionOf(server.config.root);
    if (loaded?.version !== version) {
      ssr.moduleGraph.invalidateAll();
      ssr.runner.clearCache();
      loaded = { version, module: ssr.runner.import('/server/index.ts') };
    }
    const { default: api } = await loaded.module;
    if (typeof api?.fetch !== 'function')
      throw new Error('server/index.ts must export a Hono app as its default');
    return api as Api;
  };
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
