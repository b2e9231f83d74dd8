import { Type } from 'typebox';
import type { PoolView } from '../../../projections/views.ts';
import { Instant, oneOf, Service, strict, viewOf } from './parts.ts';

const PartState = oneOf('warm', 'starting', 'failed', 'off', 'on_demand');
export const PartsSchema = Type.Unsafe<PoolView['parts']>(
  Type.Object(
    { sandbox: PartState, posthog: PartState, neon: PartState, resend: PartState, github: PartState },
    strict,
  ),
);
const PoolEntry = Type.Object(
  {
    sessionId: Type.String(),
    state: oneOf('booting', 'ready'),
    plannedAt: Instant,
    readyAt: Type.Optional(Instant),
    missing: Type.Array(Service),
  },
  strict,
);
export const PoolViewSchema = viewOf<PoolView>()(
  Type.Object(
    {
      specHash: Type.String(),
      target: Type.Integer(),
      entries: Type.Array(PoolEntry),
      claims: Type.Object({ pool: Type.Integer(), cold: Type.Integer() }, strict),
      parts: PartsSchema,
    },
    strict,
  ),
);
