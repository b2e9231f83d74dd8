import { Type } from 'typebox';
import type {
  AuditEvent,
  AuditPage,
  AuditSession,
  AuditSessions,
  CausalChain,
  ChainLink,
  Verification,
} from '../../../projections/audit-views.ts';
import { OPS_STATES, type OpsState } from '../../../projections/operator-views.ts';
import { SessionId } from './commands.ts';
import { Step } from './ops.ts';
import { viewOf } from './parts.ts';

const strict = { additionalProperties: false } as const;
const Instant = Type.String({ description: 'ISO 8601, UTC, milliseconds' });
const Pos = Type.Integer({ minimum: 0 });
const State = Type.Unsafe<OpsState>({ type: 'string', enum: OPS_STATES });

export const AuditEventSchema = viewOf<AuditEvent>()(
  Type.Object({
    pos: Type.Integer({ description: "The event's revision in the session's stream." }),
    id: Type.String(),
    type: Type.String(),
    data: Type.Unknown(),
    at: Instant,
    actor: Type.Unsafe<AuditEvent['actor']>({
      type: 'string',
      description: '`visitor:<uid>`, `process-manager:<name>` or `operator`',
    }),
    causationId: Type.String({ description: 'The event, attempt or command that caused it.' }),
    correlationId: Type.String({ description: 'What the whole chain began with.' }),
    schema: Type.Integer(),
    seal: Type.String({ description: 'SHA-256 over the event before and this one.' }),
    summary: Type.String(),
    step: Type.Optional(Step),
    turnId: Type.Optional(Type.String()),
  }),
);

export const AuditPageSchema = viewOf<AuditPage>()(
  Type.Object(
    {
      events: Type.Array(AuditEventSchema),
      head: Type.Integer({ description: 'Revision of the last event; -1 where there is none.' }),
      next: Type.Optional(Type.Integer({ description: '`from` of the page after this one.' })),
      previous: Type.Optional(Type.Integer({ description: '`before` of the page before this one.' })),
    },
    strict,
  ),
);

export const VerificationSchema = viewOf<Verification>()(
  Type.Object(
    {
      events: Type.Integer({ description: 'How many seals were looked at.' }),
      firstBad: Type.Optional(
        Type.Object(
          {
            pos: Pos,
            type: Type.Optional(Type.String()),
            reason: Type.String(),
            expected: Type.String(),
            actual: Type.String(),
          },
          strict,
        ),
      ),
    },
    strict,
  ),
);

const depth = Type.Integer({ minimum: 1 });
const LinkSchema = Type.Unsafe<ChainLink>(
  Type.Union([
    Type.Object({ kind: Type.Literal('event'), depth, event: AuditEventSchema }, strict),
    Type.Object({ kind: Type.Literal('command'), depth, id: Type.String(), actor: Type.String() }, strict),
    Type.Object(
      { kind: Type.Literal('process-manager'), depth, id: Type.String(), name: Type.String() },
      strict,
    ),
  ]),
);

export const ChainSchema = viewOf<CausalChain>()(
  Type.Object(
    {
      event: AuditEventSchema,
      ancestors: Type.Array(LinkSchema),
      descendants: Type.Array(LinkSchema),
      truncated: Type.Boolean(),
    },
    strict,
  ),
);

const AuditSessionSchema = viewOf<AuditSession>()(
  Type.Object(
    {
      sessionId: Type.String(),
      slug: Type.String(),
      state: State,
      source: Type.Optional(Type.Unsafe<'pool' | 'cold'>({ type: 'string', enum: ['pool', 'cold'] })),
      owner: Type.Optional(Type.String({ description: 'uid' })),
      plannedAt: Instant,
      lastActivityAt: Instant,
      revision: Type.Integer(),
      parked: Type.Integer({ minimum: 0 }),
    },
    strict,
  ),
);

export const AuditSessionsSchema = viewOf<AuditSessions>()(
  Type.Object(
    {
      sessions: Type.Array(AuditSessionSchema),
      total: Type.Integer({ minimum: 0 }),
      next: Type.Optional(Type.String()),
    },
    strict,
  ),
);

const Moment = Type.String({
  maxLength: 40,
  pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})?)?$',
  description: 'ISO 8601; inclusive',
});

const filters = {
  type: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      maxItems: 60,
      description: 'Event types; may be repeated.',
    }),
  ),
  actor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: '`visitor`, `process-manager`, `operator`, or whole: `process-manager:boot`',
    }),
  ),
  step: Type.Optional(Step),
  turn: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  since: Type.Optional(Moment),
  until: Type.Optional(Moment),
  q: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'In type, actor, summary and data.' }),
  ),
};

export const AuditQuerySchema = Type.Object(
  {
    from: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
    before: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'The last `limit` before this revision.',
      }),
    ),
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 200 }),
    ...filters,
  },
  strict,
);

export const ExportQuerySchema = Type.Object(filters, strict);

export const EventParams = Type.Object({
  id: SessionId,
  revision: Type.String({ pattern: '^\\d{1,15}$', description: "The event's revision." }),
});

export const AuditSessionsQuerySchema = Type.Object(
  {
    query: Type.Optional(Type.String({ maxLength: 100, description: 'Part of an id, a slug or a uid.' })),
    state: Type.Optional(Type.Array(State, { maxItems: OPS_STATES.length, description: 'May be repeated.' })),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  strict,
);
