import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { operatorOf } from '../access.ts';
import { carriedOut } from '../outcome.ts';
import { AuditSessionsQuerySchema, AuditSessionsSchema } from '../schemas/audit.ts';
import { AtQuery, SessionParams } from '../schemas/commands.ts';
import { TranscriptViewSchema } from '../schemas/transcript.ts';
import { SessionViewSchema } from '../schemas/views.ts';
import { answers, type RouteContext } from './context.ts';
import { historyOf } from './events.ts';

const AT = '/api/audit/sessions/:id';

/** Who has read whose history is in the log of the server: the session's own is not to grow by being looked at. */
const note = (request: FastifyRequest, sessionId: string): void => {
  const operator = operatorOf(request);
  request.log.info(
    {
      session: sessionId,
      route: request.routeOptions.url,
      by: operator.by,
      ...(operator.by === 'cookie' ? { signIn: operator.id } : {}),
    },
    'the operator read a history',
  );
};

/** Any session's history for operators: what happened, and when, and why; never what was said. */
export const auditRoutes =
  (context: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    const { audit } = context.app;
    await server.register(historyOf(context, { access: 'operator', at: AT, words: 'masked', note }));

    server.get(
      '/api/audit/sessions',
      {
        config: { access: 'operator' },
        schema: {
          summary: 'Sessions, the one used last first',
          tags: ['audit'],
          querystring: AuditSessionsQuerySchema,
          response: answers({ 200: AuditSessionsSchema }),
        },
      },
      async ({ query: { query, state, limit, cursor } }) =>
        audit.sessions({
          limit,
          ...(query === undefined ? {} : { text: query }),
          ...(state === undefined ? {} : { states: new Set(state) }),
          ...(cursor === undefined ? {} : { after: cursor }),
        }),
    );

    server.get(
      AT,
      {
        config: { access: 'operator' },
        schema: {
          summary: 'The session, now or as it was, without what was said in it',
          tags: ['audit'],
          params: SessionParams,
          querystring: AtQuery,
          response: answers({ 200: SessionViewSchema }),
        },
      },
      async (request) => {
        note(request, request.params.id);
        return (await carriedOut(audit.stateAt(request.params.id, request.query.at, 'masked'))).view;
      },
    );

    server.get(
      `${AT}/transcript`,
      {
        config: { access: 'operator' },
        schema: {
          summary: 'Turns and tools, now or as they were, without what was said',
          tags: ['audit'],
          params: SessionParams,
          querystring: AtQuery,
          response: answers({ 200: TranscriptViewSchema }),
        },
      },
      async (request) => {
        note(request, request.params.id);
        return (await carriedOut(audit.stateAt(request.params.id, request.query.at, 'masked'))).transcript;
      },
    );
  };
