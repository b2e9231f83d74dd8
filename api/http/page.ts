import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Site } from '../site.ts';

const IMMUTABLE = 'public, max-age=31536000, immutable';

export type PageOptions = { readonly webRoot: string; readonly site: () => Site };

/** The page: built files as they are, and `index.html` for every address the page itself knows. */
export const servePage = async (server: FastifyInstance, { webRoot, site }: PageOptions): Promise<void> => {
  if (!existsSync(join(webRoot, 'index.html'))) return sayItIsNotBuilt(server);

  await server.register(fastifyStatic, {
    root: webRoot,
    index: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => reply.header('cache-control', cachingOf(path)),
  });

  const page = (request: FastifyRequest, reply: FastifyReply) => {
    const elsewhere = properOrigin(request, site());
    return elsewhere === undefined
      ? reply.sendFile('index.html')
      : reply.redirect(`${elsewhere}${request.url}`, 307);
  };
  server.get('/', page);
  server.get('/s/:sessionId', page);
  server.get('/join/:sessionId', page);
  server.get('/operations', page);
  server.get('/audit', page);
  server.get('/audit/:sessionId', page);
};

/** Vite names assets after their content; everything else may change under its name. */
const cachingOf = (path: string): string => {
  if (/[/\\]assets[/\\]/.test(path)) return IMMUTABLE;
  return /\.html(\.br|\.gz)?$/.test(path) ? 'no-store' : 'public, max-age=3600';
};

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * On one machine, `127.0.0.1` and `localhost` are two origins, and only one of them has our cookie, our websocket and
 * our previews: whoever types the other one is sent over.
 */
const properOrigin = ({ hostname }: FastifyRequest, site: Site): string | undefined => {
  const own = new URL(site.origin).hostname;
  return hostname !== own && LOOPBACK.has(hostname) && LOOPBACK.has(own) ? site.origin : undefined;
};

const sayItIsNotBuilt = (server: FastifyInstance): void => {
  server.get('/', (_request, reply) =>
    reply.code(503).type('text/plain; charset=utf-8').send('The page is not built yet: npm run web:build\n'),
  );
};
