import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { MAX_PROMPT_CHARS } from '../../../domain/session/decide/turns.ts';
import { PartsSchema } from '../schemas/pool.ts';
import { IsolationSchema } from '../schemas/reads.ts';
import { answers, type RouteContext } from './context.ts';

const ConfigSchema = Type.Object({
  firebase: Type.Object({ apiKey: Type.String(), projectId: Type.String(), authDomain: Type.String() }),
  authEmulatorUrl: Type.Optional(
    Type.String({
      description: 'Where to sign in, if not at Google: our own origin where identity is embedded.',
    }),
  ),
  previewUrl: Type.String({ description: 'With {slug} in place of the slug.' }),
  isolation: IsolationSchema,
  agent: Type.String(),
  embedded: Type.Array(Type.String()),
  limits: Type.Object({
    promptChars: Type.Integer(),
    /** Days after which an app nobody uses is deleted; 0: never. */
    idleDays: Type.Integer(),
  }),
});
const WarmSchema = Type.Object({ parts: PartsSchema, ready: Type.Integer() });

/** What the page needs before anybody is signed in. */
export const publicRoutes =
  ({ app, site, identity, embedded, config }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      '/api/config',
      {
        config: { access: 'public' },
        schema: {
          summary: 'What this server is and where its parts are',
          tags: ['public'],
          response: answers({ 200: ConfigSchema }),
        },
      },
      async () => {
        const { isolation, agent } = app.health();
        const { origin, previewUrl } = site();
        const signInAt = identity.signIn === 'here' ? origin : identity.apiUrl;
        return {
          firebase: identity.firebase,
          ...(signInAt === undefined ? {} : { authEmulatorUrl: signInAt }),
          previewUrl,
          isolation,
          agent,
          embedded: [...embedded],
          limits: { promptChars: MAX_PROMPT_CHARS, idleDays: config.life.idleDays },
        };
      },
    );

    server.get(
      '/api/warm',
      {
        config: { access: 'public' },
        schema: {
          summary: 'What stands ready for the next visitor',
          tags: ['public'],
          response: answers({ 200: WarmSchema }),
        },
      },
      async () => {
        const { parts, entries } = await app.pool();
        return { parts, ready: entries.filter(({ state }) => state === 'ready').length };
      },
    );

    server.post(
      '/api/vm/prewarm',
      {
        config: { access: 'pool' },
        schema: {
          summary: 'Nudge the pool to top itself up',
          description: `Fire and forget; more than one in ten seconds from an address does nothing.${
            config.poolAdminToken === undefined ? '' : ' Needs POOL_ADMIN_TOKEN as bearer.'
          }`,
          tags: ['public'],
          response: answers({ 202: Type.Object({}) }),
        },
      },
      async (request, reply) => {
        if (await server.limits.mayNudge(request)) app.nudgePool();
        return reply.code(202).send({});
      },
    );
  };
