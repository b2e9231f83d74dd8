import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { carriedOut } from '../outcome.ts';
import { Accepted, ChooseModel, SessionParams, SetBudget } from '../schemas/commands.ts';
import { DaySpendingSchema } from '../schemas/spending.ts';
import { answers, commandIdOf, type RouteContext, sessionCommand } from './context.ts';

/** Which model a session uses, and what may be spent on it. What was spent is in the session and its transcript. */
export const modelRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.post(
      '/api/sessions/:id/model',
      {
        config: { access: 'session' },
        schema: {
          summary: 'Choose a model for the next turns',
          tags: ['turns'],
          params: SessionParams,
          body: ChooseModel,
          response: answers({ 202: Accepted }),
        },
      },
      async (request, reply) => {
        const command = sessionCommand(request, request.params, request.body);
        const { model } = request.body;
        return reply.code(202).send(await carriedOut(app.chooseModel({ ...command, model })));
      },
    );

    server.post(
      '/api/ops/budget',
      {
        config: { access: 'operator' },
        schema: {
          summary: 'Set what a session may spend on models in all',
          tags: ['operator'],
          body: SetBudget,
          response: answers({ 202: Accepted }),
        },
      },
      async ({ body }, reply) => {
        const { sessionId, budgetMicros } = body;
        const command = { commandId: commandIdOf(body), sessionId, budgetMicros };
        return reply.code(202).send(await carriedOut(app.setBudget(command)));
      },
    );

    server.get(
      '/api/ops/spending',
      {
        config: { access: 'operator' },
        schema: {
          summary: 'What all sessions spend on models today',
          tags: ['operator'],
          response: answers({ 200: DaySpendingSchema }),
        },
      },
      async () => app.daySpending(),
    );
  };
