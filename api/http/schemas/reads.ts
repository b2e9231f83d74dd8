import { Type } from 'typebox';
import type { Isolation } from '../../../commands/ports/sandboxes.ts';
import type { PublicEvent } from '../../../projections/live.ts';
import type * as Panel from '../../panels.ts';

const NameAndType = Type.Object({ name: Type.String(), type: Type.String() });

export const EventSchema = Type.Unsafe<PublicEvent>(
  Type.Object({
    pos: Type.Integer({ description: "The event's revision in the session's stream." }),
    id: Type.String(),
    type: Type.String(),
    data: Type.Unknown(),
    at: Type.String(),
    actor: Type.String(),
    causationId: Type.String({ description: 'Id of the event or command that caused this one.' }),
  }),
);
export const EventPageSchema = Type.Object({ events: Type.Array(EventSchema), head: Type.Integer() });
export const VerificationSchema = Type.Object({
  events: Type.Integer({ description: 'How many seals were checked.' }),
  firstBad: Type.Optional(Type.Object({ pos: Type.Integer(), reason: Type.String() })),
});

export const TablesSchema = Type.Unsafe<{ readonly tables: readonly Panel.Table[] }>(
  Type.Object({
    tables: Type.Array(
      Type.Object({ name: Type.String(), rows: Type.Number(), columns: Type.Array(NameAndType) }),
    ),
  }),
);
export const TablePageSchema = Type.Unsafe<Panel.TablePage>(
  Type.Object({
    columns: Type.Array(NameAndType),
    rows: Type.Array(Type.Array(Type.Union([Type.String(), Type.Null()]))),
  }),
);
export const MailboxSchema = Type.Unsafe<Panel.Mailbox>(
  Type.Object({
    mails: Type.Array(
      Type.Object({
        id: Type.String(),
        from: Type.String(),
        to: Type.Array(Type.String()),
        subject: Type.String(),
        text: Type.Union([Type.String(), Type.Null()]),
        html: Type.Union([Type.String(), Type.Null()], {
          description: 'Hostile: show it in a sandboxed frame.',
        }),
        at: Type.String(),
      }),
    ),
    contacts: Type.Array(Type.Object({ email: Type.String(), at: Type.String() })),
  }),
);
export const AnalyticsSchema = Type.Unsafe<Panel.Analytics>(
  Type.Object({
    events: Type.Array(Type.Object({ event: Type.String(), count: Type.Integer() })),
    recent: Type.Array(Type.Object({ event: Type.String(), at: Type.String() })),
  }),
);
export const FileListSchema = Type.Unsafe<Panel.FileList>(
  Type.Object({
    sha: Type.String(),
    files: Type.Array(Type.Object({ path: Type.String(), size: Type.Optional(Type.Integer()) })),
  }),
);
export const FileSchema = Type.Object({
  path: Type.String(),
  content: Type.String(),
  truncated: Type.Boolean(),
});
export const DiffSchema = Type.Unsafe<Panel.CommitDiff>(
  Type.Object({
    sha: Type.String(),
    files: Type.Array(Type.Object({ path: Type.String(), status: Type.String(), patch: Type.String() })),
  }),
);
export const CloneSchema = Type.Object({
  url: Type.String(),
  command: Type.String(),
  expiresAt: Type.String(),
});
export const EnvSchema = Type.Object({
  version: Type.Integer(),
  variables: Type.Array(Type.Object({ name: Type.String(), masked: Type.String(), service: Type.String() })),
});

export const IsolationSchema = Type.Unsafe<Isolation>(
  Type.Object({
    tier: Type.String(),
    filesystem: Type.String(),
    network: Type.String(),
    processes: Type.String(),
    uid: Type.String(),
    limits: Type.String(),
    kernel: Type.String(),
    summary: Type.String(),
  }),
);
export const HealthSchema = Type.Object({
  status: Type.String(),
  isolation: IsolationSchema,
  store: Type.String(),
  services: Type.Record(Type.String(), Type.String()),
  agent: Type.String(),
  versions: Type.Record(Type.String(), Type.String()),
});
