import { type Static, type TObject, Type } from 'typebox';
import { SERVICES } from '../../../domain/services.ts';
import { BOOT_STEPS } from '../../../domain/steps.ts';
import type { HistoryView, PoolView, SessionListItem, SessionView } from '../../../projections/views.ts';

const oneOf = <const V extends string>(...values: V[]) => Type.Unsafe<V>({ type: 'string', enum: values });
const Instant = Type.String({ description: 'ISO 8601, UTC, milliseconds' });
const Service = oneOf(...SERVICES);
const StepStatus = oneOf('waiting', 'running', 'done', 'failed', 'parked', 'skipped');
const strict = { additionalProperties: false } as const;
const Phase = oneOf('booting', 'ready', 'closing', 'closed');
const SandboxState = oneOf('booting', 'awake', 'asleep', 'waking', 'lost', 'gone');

/** The schema of a view, held against the view's type: a property it lacks, or has too much, does not compile. */
export const viewOf =
  <View>() =>
  <S extends TObject>(schema: S & (keyof Static<S> extends keyof View ? Covers<S, View> : never)) =>
    Type.Unsafe<View>(schema);
type Covers<S extends TObject, View> = keyof View extends keyof Static<S>
  ? Static<S> extends View
    ? unknown
    : never
  : never;

export const ErrorView = Type.Object(
  { code: Type.String(), message: Type.String(), retryable: Type.Boolean() },
  strict,
);

const ChecklistStep = Type.Object(
  {
    step: oneOf(...BOOT_STEPS),
    status: StepStatus,
    attempt: Type.Integer(),
    startedAt: Type.Optional(Instant),
    endedAt: Type.Optional(Instant),
    error: Type.Optional(ErrorView),
    retryAt: Type.Optional(Instant),
    reason: Type.Optional(Type.String()),
  },
  strict,
);

const ServiceState = Type.Object(
  {
    service: Service,
    status: StepStatus,
    provider: Type.Optional(Type.String()),
    names: Type.Array(Type.String()),
    facts: Type.Record(Type.String(), Type.String()),
  },
  strict,
);

export const FileChange = Type.Object(
  { path: Type.String(), status: oneOf('added', 'modified', 'deleted') },
  strict,
);

const Commit = Type.Object(
  {
    sha: Type.String(),
    parent: Type.String(),
    turnId: Type.String(),
    title: Type.String(),
    at: Instant,
    changed: Type.Array(FileChange),
    pushed: Type.Boolean(),
  },
  strict,
);

const History = Type.Object(
  {
    at: Type.String(),
    root: Type.String(),
    commits: Type.Array(Commit),
    childOf: Type.Record(Type.String(), Type.String(), {
      description: 'The child each commit was last left for: where redo leads from it.',
    }),
    undo: Type.Optional(Type.String()),
    redo: Type.Optional(Type.String()),
    moving: Type.Optional(Type.Object({ to: Type.String(), kind: oneOf('undo', 'redo', 'jump') }, strict)),
  },
  strict,
);
export const HistoryViewSchema = viewOf<HistoryView>()(History);

export const SessionViewSchema = viewOf<SessionView>()(
  Type.Object(
    {
      sessionId: Type.String(),
      slug: Type.String(),
      revision: Type.Integer(),
      phase: Phase,
      sandbox: SandboxState,
      source: Type.Optional(oneOf('pool', 'cold')),
      plannedAt: Instant,
      claimedAt: Type.Optional(Instant),
      readyAt: Type.Optional(Instant),
      missing: Type.Array(Service),
      model: Type.String(),
      agent: Type.Optional(Type.Object({ name: Type.String(), version: Type.String() }, strict)),
      isolation: Type.Optional(Type.String()),
      checklist: Type.Array(ChecklistStep),
      services: Type.Array(ServiceState),
      env: Type.Object({ version: Type.Integer(), names: Type.Array(Type.String()) }, strict),
      history: History,
      runningTurn: Type.Optional(Type.String()),
      queuedTurns: Type.Integer(),
      title: Type.String(),
      trouble: Type.Optional(ErrorView),
    },
    strict,
  ),
);

const ListItem = Type.Object(
  {
    sessionId: Type.String(),
    slug: Type.String(),
    title: Type.String(),
    phase: Phase,
    sandbox: SandboxState,
    createdAt: Instant,
    lastActivityAt: Instant,
  },
  strict,
);
export const SessionListSchema = Type.Object({ sessions: Type.Array(viewOf<SessionListItem>()(ListItem)) });

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
