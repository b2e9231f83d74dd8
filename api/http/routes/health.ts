import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { HealthSchema } from '../schemas/reads.ts';
import { VERSIONS } from '../versions.ts';
import { answers, type RouteContext } from './context.ts';

export const healthRoutes =
  ({ app, metrics }: Pick<RouteContext, 'app' | 'metrics'>): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/healthz',
      {
        config: { access: 'public' },
        schema: {
          summary: 'What runs here, and how well sandboxes are kept apart',
          tags: ['operations'],
          response: answers({ 200: HealthSchema }),
        },
      },
      async () => {
        const { isolation, store, services, agent } = app.health();
        const status = store === 'up' ? 'ok' : 'degraded';
        return { status, isolation, store, services: { ...services }, agent, versions: VERSIONS };
      },
    );

    const Ready = Type.Object({ ready: Type.Boolean(), store: Type.String() });
    server.get(
      '/readyz',
      {
        config: { access: 'public' },
        schema: {
          summary: 'Whether this process should be sent requests',
          tags: ['operations'],
          response: { ...answers({ 200: Ready }), 503: Ready },
        },
      },
      async (_request, reply) => {
        const { ready, store } = app.health();
        const answer = { ready: ready && store === 'up', store };
        return answer.ready ? answer : reply.code(503).header('retry-after', '1').send(answer);
      },
    );

    server.get(
      '/metrics',
      {
        config: { access: 'metrics' },
        schema: { summary: 'Figures for Prometheus', tags: ['operations'], response: { 200: Type.String() } },
      },
      async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
    );
  };
