import { Type } from 'typebox';
import { SERVICES } from '../../../domain/services.ts';
import { BOOT_STEPS, LIFE_STEPS, RELEASE_STEPS, type StepName } from '../../../domain/steps.ts';
import {
  type Durations,
  OPS_STATES,
  type OpsReport,
  type OpsState,
  type OpsView,
  type OrphanCounts,
  type ParkedWork,
  type ProcessFacts,
  type ProviderOps,
  type StepOps,
} from '../../../projections/operator-views.ts';
import { CommandId, SessionId } from './commands.ts';
import { ErrorView, viewOf } from './parts.ts';
import { PoolViewSchema } from './pool.ts';
import { ProjectionSchema, UnitOfLog } from './projections.ts';

const strict = { additionalProperties: false } as const;
const oneOf = <const V extends string>(...values: V[]) => Type.Unsafe<V>({ type: 'string', enum: values });
const Instant = Type.String({ description: 'ISO 8601, UTC, milliseconds' });
const Count = Type.Integer({ minimum: 0 });
const Ms = Type.Number({ minimum: 0, description: 'Milliseconds' });
const Counts = Type.Record(Type.String(), Count);
const Provided = oneOf('sandbox', ...SERVICES);

export const Step = Type.Unsafe<StepName>({
  type: 'string',
  enum: [...BOOT_STEPS, ...LIFE_STEPS, ...RELEASE_STEPS],
});

const DurationsSchema = viewOf<Durations>()(
  Type.Object(
    {
      count: Count,
      p50: Type.Optional(Ms),
      p95: Type.Optional(Ms),
      p99: Type.Optional(Ms),
      max: Type.Optional(Ms),
    },
    strict,
  ),
);

const StepSchema = viewOf<StepOps>()(
  Type.Object(
    {
      step: Step,
      group: oneOf('boot', 'life', 'release'),
      took: DurationsSchema,
      running: Count,
      skipped: Count,
      failures: Counts,
    },
    strict,
  ),
);

const ProviderSchema = viewOf<ProviderOps>()(
  Type.Object(
    {
      service: Provided,
      failures: Count,
      byCode: Counts,
      lastAt: Type.Optional(Instant),
      lastError: Type.Optional(ErrorView),
      lastOkAt: Type.Optional(Instant),
    },
    strict,
  ),
);

const ParkedSchema = viewOf<ParkedWork>()(
  Type.Object(
    {
      sessionId: Type.String(),
      slug: Type.String(),
      step: Step,
      attempt: Count,
      error: ErrorView,
      since: Instant,
      retry: Type.Object(
        {
          by: oneOf('operator', 'owner'),
          command: oneOf('ServiceRetryRequested', 'ReleaseRetryRequested', 'WakeRequested'),
        },
        strict,
      ),
    },
    strict,
  ),
);

const ByState = Type.Unsafe<Readonly<Record<OpsState, number>>>(
  Type.Object(Object.fromEntries(OPS_STATES.map((state) => [state, Count])), strict),
);

const OpsSchema = viewOf<OpsView>()(
  Type.Object(
    {
      sessions: Type.Object({ byState: ByState, claimed: Count, unclaimed: Count }, strict),
      steps: Type.Array(StepSchema),
      boot: Type.Object({ fromPlan: DurationsSchema, fromClaim: DurationsSchema }, strict),
      claims: Type.Object(
        { pool: Count, cold: Count, recent: Type.Object({ pool: Count, cold: Count }, strict) },
        strict,
      ),
      providers: Type.Array(ProviderSchema),
      parked: Type.Array(ParkedSchema),
      parkedTotal: Count,
      turns: Type.Object(
        {
          queued: Count,
          running: Count,
          finished: Count,
          failed: Count,
          cancelled: Count,
          took: DurationsSchema,
        },
        strict,
      ),
      sandboxes: Type.Object({ slept: Count, woken: Count, lost: Count }, strict),
    },
    strict,
  ),
);

const OrphanCountsSchema = viewOf<OrphanCounts>()(
  Type.Object({ sweptAt: Type.Optional(Instant), orphans: Count, stuck: Count, missing: Count }, strict),
);

const ProcessSchema = viewOf<ProcessFacts>()(
  Type.Object(
    {
      startedAt: Instant,
      sampledAt: Instant,
      node: Type.String(),
      rssBytes: Count,
      heapUsedBytes: Count,
      eventLoopDelayMs: Type.Object({ p50: Ms, p99: Ms, max: Ms }, strict),
      store: Type.Object(
        {
          state: oneOf('up', 'down'),
          events: Count,
          unit: UnitOfLog,
          appends: Type.Object({ done: Count, failed: Count, took: DurationsSchema }, strict),
        },
        strict,
      ),
    },
    strict,
  ),
);

export const OpsReportSchema = viewOf<OpsReport>()(
  Type.Object(
    {
      ops: OpsSchema,
      orphans: OrphanCountsSchema,
      process: ProcessSchema,
      pool: PoolViewSchema,
      projections: Type.Array(ProjectionSchema),
    },
    strict,
  ),
);

export const RetryStep = Type.Object(
  { sessionId: SessionId, step: Step, commandId: Type.Optional(CommandId) },
  strict,
);
