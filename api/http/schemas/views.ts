import { Type } from 'typebox';
import { BOOT_STEPS } from '../../../domain/steps.ts';
import type { SessionListItem, SessionView } from '../../../projections/views.ts';
import { History } from './history.ts';
import {
  ErrorView,
  Instant,
  Mode,
  oneOf,
  Phase,
  SandboxState,
  Service,
  StepStatus,
  strict,
  viewOf,
} from './parts.ts';
import { SpendingViewSchema } from './spending.ts';

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
