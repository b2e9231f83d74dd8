import { chmodSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import type { BakedTemplate } from '../../../adapters/sandboxes/local/bake.ts';
import { removeTree } from '../../../adapters/sandboxes/local/remove.ts';
import { type Script, scripted } from '../scripted.ts';
import { type Limits, sandboxRoutes } from './control-plane.ts';
import { createMachines } from './machines.ts';
import { Refusal } from './refusal.ts';
import { type Templates, templateRoutes } from './templates.ts';
import { createTraffic, targetOf } from './traffic.ts';
import { createVms } from './vms.ts';

export type E2bStandInOptions = {
  readonly apiKey: string;
  /** What every machine is cloned from, whatever template is asked for. */
  readonly baked: BakedTemplate;
  /** Templates this account has from the beginning, with their tags; any other is 404 until it is built. */
  readonly templates?: readonly string[];
  readonly limits?: Partial<Limits>;
  /** Serves https. */
  readonly tls?: { readonly key: string; readonly cert: string };
};

export type E2bStandIn = Script & {
  /** What `E2B_API_URL` and `E2B_SANDBOX_URL` are set to. */
  readonly url: string;
  /** Sandboxes that exist, oldest first. */
  readonly live: () => readonly {
    readonly id: string;
    readonly name: string | undefined;
    readonly state: 'running' | 'pausing' | 'paused';
    readonly endAt: Date;
  }[];
  /** Sandboxes ever made. */
  readonly made: () => number;
  /** Its time is up, now: E2B pauses or ends it, as it was told when it was made. */
  readonly timeIsUp: (id: string) => void;
  /** Ends it behind everybody's back. */
  readonly vanish: (id: string) => Promise<void>;
  /** Makes one behind everybody's back, as an attempt does whose answer got lost. */
  readonly create: (metadata: Readonly<Record<string, string>>) => Promise<string>;
  readonly templates: Templates;
  readonly close: () => Promise<void>;
};

/**
 * E2B on this machine, for the `e2b` SDK: its API, its edge, and envd in sandboxes that are real ones of the local
 * host (own files, user, processes and network), so that what is started in them runs. Each part says where its shapes
 * are from. Not as at E2B: a paused machine is a stopped one and not a snapshot, the egress rules are not obeyed (there
 * is no way out at all), and the user of a request is always the sandbox's own.
 */
export const startE2bStandIn = async (options: E2bStandInOptions): Promise<E2bStandIn> => {
  const { apiKey, baked, limits } = options;
  const root = mkdtempSync(join(tmpdir(), 'mk0r-e2b-'));
  // The machines' own users have to pass through.
  chmodSync(root, 0o711);
  const vms = createVms(await createMachines(root, baked));
  const traffic = createTraffic(vms);

  let url = '';
  const server = fastify({
    forceCloseConnections: true,
    serverFactory: (handler) =>
      (options.tls === undefined ? createServer(handler) : createTlsServer(options.tls, handler)).on(
        'upgrade',
        (request, socket, head) => {
          const target = targetOf(request);
          if (target === undefined) socket.destroy();
          else traffic.upgrade(target, request, socket, head).catch(() => socket.destroy());
        },
      ),
  });
  const script = scripted(server);
  server.addHook('onRequest', async (request, reply) => {
    const target = targetOf(request.raw);
    if (target !== undefined) {
      reply.hijack();
      await traffic.forward(target, request.raw, reply.raw);
    } else if (request.headers['x-api-key'] !== apiKey && !request.url.startsWith('/uploads/')) {
      throw new Refusal(
        401,
        'Invalid API key, please visit https://e2b.dev/docs/quickstart/api-key for more information.',
      );
    }
  });
  server.setErrorHandler(async (error, _request, reply) => {
    const status = error instanceof Refusal ? error.status : 500;
    return reply.code(status).send({ code: status, message: error instanceof Error ? error.message : '' });
  });
  server.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);
  const templates = templateRoutes(server, { origin: () => url, initial: options.templates ?? [] });
  sandboxRoutes(server, {
    vms,
    limits: { concurrent: 20, maxHours: 1, ...limits },
    hasTemplate: (name) => templates.ready().includes(name.includes(':') ? name : `${name}:default`),
  });

  const of = (id: string) => {
    const vm = vms.all.get(id);
    if (vm === undefined) throw new Error(`there is no sandbox ${id}`);
    return vm;
  };
  url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...script,
    url,
    templates,
    live: () =>
      [...vms.all.values()]
        .toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime())
        .map(({ id, metadata, state, endAt }) => ({ id, name: metadata.mk0rName, state, endAt })),
    made: vms.made,
    timeIsUp: (id) => vms.timeIsUp(of(id)),
    vanish: (id) => vms.kill(of(id)),
    create: async (metadata) => {
      const asked = {
        templateId: 'base',
        metadata,
        autoPause: true,
        network: { allowPublicTraffic: false },
      };
      return (await vms.create(asked, 300)).id;
    },
    close: async () => {
      await server.close();
      await vms.close();
      await removeTree(root);
    },
  };
};
