import { type Static, type TObject, Type } from 'typebox';
import { SERVICES } from '../../../domain/services.ts';
import { BOOT_STEPS } from '../../../domain/steps.ts';
import type {
  HistoryAnswer,
  PoolView,
  SessionListItem,
  SessionView,
  SpendingView,
} from '../../../projections/views.ts';
import type { OldVersionView } from '../../application.ts';

const oneOf = <const V extends string>(...values: V[]) => Type.Unsafe<V>({ type: 'string', enum: values });
const Instant = Type.String({ description: 'ISO 8601, UTC, milliseconds' });
const Service = oneOf(...SERVICES);
const StepStatus = oneOf('waiting', 'running', 'done', 'failed', 'parked', 'skipped');
const strict = { additionalProperties: false } as const;
const Phase = oneOf('booting', 'ready', 'closing', 'closed');
const Mode = Type.Optional(oneOf('quick', 'upgrading'));
const SandboxState = oneOf('none', 'booting', 'awake', 'asleep', 'waking', 'lost', 'gone');

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
    releasing: Type.Optional(Type.Literal(true)),
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
    by: Type.Optional(Type.Literal('owner')),
    title: Type.String(),
    at: Instant,
    changed: Type.Array(FileChange),
    pushed: Type.Boolean(),
  },
  strict,
);

const TableSize = Type.Object({ name: Type.String(), rows: Type.Integer() }, strict);
const Checkpoint = Type.Object(
  {
    checkpointId: Type.String(),
    sha: Type.String(),
    at: Instant,
    reason: oneOf('start', 'turn', 'move', 'fork'),
    bytes: Type.Integer(),
    tables: Type.Array(TableSize),
  },
  strict,
);

const History = Type.Object(
  {
    at: Type.String(),
    root: Type.String(),
    commits: Type.Array(Commit),
    before: Type.Optional(
      Type.Array(Commit, {
        description: 'Versions of the quick page the app was before: to be read, not to be moved to.',
      }),
    ),
    childOf: Type.Record(Type.String(), Type.String(), {
      description: 'The child each commit was last left for: where redo leads from it.',
    }),
    undo: Type.Optional(Type.String()),
    redo: Type.Optional(Type.String()),
    moving: Type.Optional(
      Type.Object(
        { to: Type.String(), kind: oneOf('undo', 'redo', 'jump'), data: oneOf('kept', 'restored') },
        strict,
      ),
    ),
    checkpoints: Type.Array(Checkpoint, { description: 'Data that can be restored, oldest first.' }),
    givenUp: Type.Array(Type.String(), {
      description: 'Commits whose data was kept, and given up since to keep within the limits.',
    }),
  },
  strict,
);
const MovedTurn = Type.Object({ sha: Type.String(), turnId: Type.String(), title: Type.String() }, strict);
const Move = Type.Object(
  {
    undone: Type.Array(MovedTurn, { description: 'Turns it takes back, newest first.' }),
    redone: Type.Array(MovedTurn, { description: 'Turns it brings, oldest first.' }),
    files: Type.Array(FileChange, { description: 'Files that those turns have touched.' }),
    checkpointId: Type.Optional(Type.String({ description: 'What the data can be restored from.' })),
  },
  strict,
);
export const HistoryAnswerSchema = viewOf<HistoryAnswer>()(
  Type.Object(
    {
      ...History.properties,
      moves: Type.Record(Type.String(), Move, { description: 'What a move to each commit would change.' }),
      tables: Type.Optional(Type.Array(TableSize, { description: 'The tables as they are now.' })),
    },
    strict,
  ),
);

/** An older version that is looked at beside the app. */
export const OldVersionSchema = viewOf<OldVersionView>()(
  Type.Object(
    {
      state: oneOf('closed', 'opening', 'open', 'failed'),
      commit: Type.Optional(Type.String()),
      data: Type.Optional(oneOf('kept', 'empty', 'none')),
      error: Type.Optional(ErrorView),
    },
    strict,
  ),
);

const Micros = Type.Integer({ description: 'Micro-dollars: 1,000,000 are a dollar.' });
export const SpendingViewSchema = viewOf<SpendingView>()(
  Type.Object(
    {
      costMicros: Micros,
      calls: Type.Integer(),
      inputTokens: Type.Integer(),
      outputTokens: Type.Integer(),
      cacheReadTokens: Type.Integer(),
      cacheWriteTokens: Type.Integer(),
      budgetMicros: Type.Optional(Micros),
      exhausted: Type.Optional(
        Type.Object(
          { scope: oneOf('session', 'day'), budgetMicros: Micros, spentMicros: Micros, at: Instant },
          strict,
        ),
      ),
    },
    strict,
  ),
);
/** What all sessions spend on models in a day. */
export const DaySpendingSchema = Type.Object(
  {
    day: Type.String({ description: 'UTC, like 2026-11-29' }),
    spentMicros: Micros,
    reservedMicros: Micros,
    budgetMicros: Type.Optional(Micros),
    sessionBudgetMicros: Type.Optional(Micros),
  },
  strict,
);

const Save = Type.Object(
  {
    saveId: Type.String(),
    status: oneOf('saving', 'saved', 'refused'),
    sha: Type.Optional(Type.String()),
    error: Type.Optional(ErrorView),
  },
  strict,
);

const ForkPart = Type.Object(
  { status: oneOf('none', 'coming', 'there', 'failed'), error: Type.Optional(ErrorView) },
  strict,
);
const Fork = Type.Object(
  {
    from: Type.String({ description: 'The session it was forked from, which may be gone by now.' }),
    commit: Type.String(),
    title: Type.String(),
    version: Type.String(),
    at: Instant,
    data: oneOf('kept', 'empty'),
    parts: Type.Object({ code: ForkPart, data: ForkPart }, strict),
    isWorkedOn: Type.Optional(
      Type.Literal(true, { description: 'What did not come over is not brought over any more.' }),
    ),
  },
  strict,
);

const AppError = Type.Object(
  {
    fingerprint: Type.String({
      description: 'The same for the same error, whatever its numbers and places are.',
    }),
    source: oneOf('page', 'build', 'server', 'crash'),
    message: Type.String(),
    detail: Type.Optional(Type.String()),
    sha: Type.String(),
    at: Instant,
    attempts: Type.Array(Type.String(), {
      description: 'Turns that were to fix it, since the visitor last said something of their own.',
    }),
  },
  strict,
);

export const SessionViewSchema = viewOf<SessionView>()(
  Type.Object(
    {
      sessionId: Type.String(),
      slug: Type.String(),
      revision: Type.Integer(),
      phase: Phase,
      sandbox: SandboxState,
      mode: Mode,
      upgradeError: Type.Optional(ErrorView),
      source: Type.Optional(oneOf('pool', 'cold')),
      plannedAt: Instant,
      claimedAt: Type.Optional(Instant),
      readyAt: Type.Optional(Instant),
      missing: Type.Array(Service),
      model: Type.String(),
      models: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }, strict)),
      spending: SpendingViewSchema,
      agent: Type.Optional(Type.Object({ name: Type.String(), version: Type.String() }, strict)),
      isolation: Type.Optional(Type.String()),
      checklist: Type.Array(ChecklistStep),
      services: Type.Array(ServiceState),
      env: Type.Object({ version: Type.Integer(), names: Type.Array(Type.String()) }, strict),
      history: History,
      save: Type.Optional(Save),
      fork: Type.Optional(Fork),
      runningTurn: Type.Optional(Type.String()),
      queuedTurns: Type.Integer(),
      appErrors: Type.Array(AppError),
      title: Type.String(),
      trouble: Type.Optional(ErrorView),
      mail: Type.Optional(
        Type.Object({
          day: Type.String(),
          mails: Type.Integer(),
          verified: Type.Array(Type.String()),
          pending: Type.Optional(
            Type.Object({ address: Type.String(), expiresAt: Type.String(), failures: Type.Integer() }),
          ),
          sends: Type.Array(
            Type.Object({
              sendId: Type.String(),
              at: Type.String(),
              mails: Type.Integer(),
              to: Type.Array(Type.String()),
              subject: Type.String(),
              status: oneOf('sending', 'sent', 'refused'),
            }),
          ),
        }),
      ),
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
    mode: Mode,
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
