import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { AuditFilter } from '../../../projections/audit/filter.ts';
import type { AuditPage } from '../../../projections/audit-views.ts';
import type { Words } from '../../application/histories.ts';
import type { Access } from '../access.ts';
import { carriedOut } from '../outcome.ts';
import { ProblemError } from '../problem.ts';
import {
  AuditPageSchema,
  AuditQuerySchema,
  ChainSchema,
  EventParams,
  ExportQuerySchema,
  VerificationSchema,
} from '../schemas/audit.ts';
import { SessionParams } from '../schemas/commands.ts';
import { answers, type RouteContext } from './context.ts';

const EXPORT_PAGE = 500;

/** Who looks through a history, where, and how much of it they are shown. */
export type Auditors = {
  readonly access: Access;
  /** Address of the session, with `:id` in it. */
  readonly at: string;
  readonly words: Words;
  readonly note: (request: FastifyRequest, sessionId: string) => void;
};

const OWNERS: Auditors = {
  access: 'session',
  at: '/api/sessions/:id',
  words: 'shown',
  note: () => undefined,
};

/** The audit page: one session's whole history, for its owner. */
export const eventRoutes = (context: RouteContext): FastifyPluginAsyncTypebox => historyOf(context, OWNERS);

/** The same routes for whoever may look through a history. */
export const historyOf =
  ({ app: { audit } }: RouteContext, { access, at, words, note }: Auditors): FastifyPluginAsyncTypebox =>
  async (server) => {
    server.get(
      `${at}/events`,
      {
        config: { access },
        schema: {
          summary: 'A page of what happened, in order',
          description:
            'A page may be short where a filter is rare: `next` and `previous` say whether there is more.',
          tags: ['audit'],
          params: SessionParams,
          querystring: AuditQuerySchema,
          response: answers({ 200: AuditPageSchema }),
        },
      },
      async (request) => {
        const { id } = request.params;
        const { from, before, limit, ...filter } = request.query;
        note(request, id);
        const range = { from, limit, ...(before === undefined ? {} : { before }) };
        return carriedOut(audit.page(id, { ...range, filter: toFilter(filter) }, words));
      },
    );

    server.get(
      `${at}/events.ndjson`,
      {
        config: { access },
        schema: {
          summary: 'Everything that happened, or all that matches, one event a line',
          tags: ['audit'],
          params: SessionParams,
          querystring: ExportQuerySchema,
          produces: ['application/x-ndjson'],
          response: answers({ 200: Type.Unsafe<Readable>({ type: 'string' }) }),
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        note(request, id);
        const filter = toFilter(request.query);
        const read = (from: number) =>
          carriedOut(audit.page(id, { from, limit: EXPORT_PAGE, filter }, words));
        // The first page decides between an answer and a problem: after it the status is on its way.
        const first = await read(0);
        return reply
          .type('application/x-ndjson')
          .header('content-disposition', `attachment; filename="session-${id}.ndjson"`)
          .send(Readable.from(lines(first, read)));
      },
    );

    server.get(
      `${at}/events/verify`,
      {
        config: { access },
        schema: {
          summary: 'Check every seal, and name the first event that does not fit',
          tags: ['audit'],
          params: SessionParams,
          response: answers({ 200: VerificationSchema }),
        },
      },
      async (request) => {
        note(request, request.params.id);
        return carriedOut(audit.verify(request.params.id));
      },
    );

    server.get(
      `${at}/events/:revision/chain`,
      {
        config: { access },
        schema: {
          summary: 'What led to an event, and what came of it',
          tags: ['audit'],
          params: EventParams,
          response: answers({ 200: ChainSchema }),
        },
      },
      async (request) => {
        const { id, revision } = request.params;
        note(request, id);
        return carriedOut(audit.chain(id, Number(revision), words));
      },
    );
  };

const toFilter = ({
  type,
  actor,
  step,
  turn,
  since,
  until,
  q,
}: Static<typeof ExportQuerySchema>): AuditFilter => ({
  ...(type === undefined ? {} : { types: new Set(type) }),
  ...(actor === undefined ? {} : { actor }),
  ...(step === undefined ? {} : { step }),
  ...(turn === undefined ? {} : { turnId: turn }),
  ...(since === undefined ? {} : { since: instantOf(since) }),
  ...(until === undefined ? {} : { until: instantOf(until) }),
  ...(q === undefined ? {} : { text: q }),
});

/** As events have it: UTC with milliseconds, so that texts compare as moments do. */
const instantOf = (moment: string): string => {
  const ms = Date.parse(moment);
  if (Number.isNaN(ms))
    throw new ProblemError(400, 'invalid_request', `${moment} is not a moment: write 2026-11-20T10:00:00Z.`);
  return new Date(ms).toISOString();
};

/** Page after page until there is no next. A page that cannot be read cuts the download off, visibly to the client. */
async function* lines(first: AuditPage, read: (from: number) => Promise<AuditPage>): AsyncGenerator<string> {
  for (let page = first; ; ) {
    yield page.events.map((event) => `${JSON.stringify(event)}\n`).join('');
    if (page.next === undefined) return;
    page = await read(page.next);
  }
}
