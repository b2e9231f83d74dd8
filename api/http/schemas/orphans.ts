import { Type } from 'typebox';
import { SERVICES } from '../../../domain/services.ts';
import type { OrphansView, SweepRunning } from '../../../projections/operator-views.ts';
import type { SweepView } from '../../application/operators.ts';
import { ErrorView, oneOf, viewOf } from './parts.ts';

const strict = { additionalProperties: false } as const;
const Instant = Type.String({ description: 'ISO 8601, UTC, milliseconds' });
const Service = Type.Unsafe<'sandbox' | (typeof SERVICES)[number]>({
  type: 'string',
  enum: ['sandbox', ...SERVICES],
});

const Orphan = Type.Object(
  {
    service: Service,
    provider: Type.String(),
    resourceId: Type.String(),
    name: Type.String(),
    slug: Type.String(),
    why: Type.String({
      description: 'no_session; released: given back, and there still; double: beside the one in use',
    }),
    foundAt: Instant,
    error: Type.Optional(ErrorView),
  },
  strict,
);

const Held = Type.Object(
  {
    sessionId: Type.String(),
    service: Service,
    name: Type.String(),
    since: Instant,
    error: Type.Optional(ErrorView),
  },
  strict,
);

export const OrphansSchema = Type.Unsafe<OrphansView>(
  Type.Object(
    {
      sweptAt: Type.Optional(Instant),
      sweeping: Type.Optional(
        Type.Literal(true, { description: 'An operator has asked for a sweep, and it has not ended yet' }),
      ),
      orphans: Type.Array(Orphan),
      stuck: Type.Array(Held),
      missing: Type.Array(Held),
    },
    strict,
  ),
);

const Count = Type.Integer({ minimum: 0 });

export const SweepSchema = Type.Unsafe<SweepView>(
  Type.Object(
    {
      found: Count,
      released: Count,
      failed: Count,
      missing: Count,
      retried: Count,
      unreachable: Type.Array(Type.Object({ service: Service, code: Type.String() }, strict)),
    },
    strict,
  ),
);

export const SweepRunningSchema = viewOf<SweepRunning>()(
  Type.Object(
    {
      state: oneOf('running'),
      since: Type.String({
        description:
          'When it was asked for (ISO 8601, UTC, milliseconds). It has ended once `GET /api/orphans` has a later ' +
          '`sweptAt` and is not `sweeping`.',
      }),
    },
    strict,
  ),
);
