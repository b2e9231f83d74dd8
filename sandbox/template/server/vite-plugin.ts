import type { ServerResponse } from 'node:http';
import { stripVTControlCharacters } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import type { Plugin, ViteDevServer } from 'vite';

type Api = { fetch: (request: Request) => Response | Promise<Response> };

/** Serves `server/index.ts` under `/api` from the dev server. Loaded anew for each request, so edits are live. */
export function apiServer(): Plugin {
  return {
    name: 'api-server',
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        if (!/^\/api(\/|\?|$)/.test(request.url ?? '')) return next();
        try {
          const { fetch } = await load(server);
          await getRequestListener(fetch, { overrideGlobalObjects: false })(request, response);
        } catch (error) {
          answerBroken(server, response, error);
        }
      });
    },
  };
}

async function load(server: ViteDevServer): Promise<Api> {
  const loaded = await server.ssrLoadModule('/server/index.ts');
  if (typeof loaded.default?.fetch !== 'function') {
    throw new Error('server/index.ts must export a Hono app as its default');
  }
  return loaded.default;
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
