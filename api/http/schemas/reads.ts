import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { Isolation } from '../../../commands/ports/sandboxes.ts';
import type * as Panel from '../../panels.ts';

const NameAndType = Type.Object({ name: Type.String(), type: Type.String() });
const Column = Type.Object({
  name: Type.String(),
  type: Type.String(),
  nullable: Type.Boolean(),
  default: Type.Optional(Type.String({ description: 'As SQL.' })),
  generated: Type.Optional(Type.Literal(true)),
});
const Rows = Type.Array(Type.Array(Type.Union([Type.String(), Type.Null()])));

export const TablesSchema = Type.Unsafe<{ readonly tables: readonly Panel.Table[] }>(
  Type.Object({
    tables: Type.Array(
      Type.Object({
        name: Type.String(),
        rows: Type.Number(),
        columns: Type.Array(Column),
        key: Type.Array(Type.String()),
      }),
    ),
  }),
);
export const TablePageSchema = Type.Unsafe<Panel.TablePage>(
  Type.Object({
    columns: Type.Array(Column),
    key: Type.Array(Type.String()),
    rows: Rows,
    versions: Type.Array(Type.String(), { description: 'Of each row: a change of it names it.' }),
  }),
);
export const ChangedSchema = Type.Object({ rows: Type.Integer() });
export const SqlResultSchema = Type.Unsafe<Panel.SqlResult>(
  Type.Object({
    columns: Type.Array(NameAndType),
    rows: Rows,
    truncated: Type.Boolean(),
    affected: Type.Optional(Type.Integer({ description: 'Rows that were written.' })),
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
    days: Type.Array(Type.Object({ day: Type.String(), event: Type.String(), count: Type.Integer() })),
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
  sha: Type.String(),
  oid: Type.String({ description: 'What a save of it names as `base`.' }),
  size: Type.Integer(),
  content: Type.String(),
  truncated: Type.Boolean(),
  binary: Type.Boolean(),
  link: Type.Boolean(),
});
export const SearchSchema = Type.Unsafe<Panel.SearchResult>(
  Type.Object({
    sha: Type.String(),
    hits: Type.Array(Type.Object({ path: Type.String(), line: Type.Integer(), text: Type.String() })),
    truncated: Type.Boolean(),
  }),
);
export const ZipSchema = Type.Unsafe<Readable>({ type: 'string', format: 'binary' });
export const PictureSchema = Type.Unsafe<Buffer>({ type: 'string', format: 'binary' });
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
  variables: Type.Array(
    Type.Object({
      name: Type.String(),
      masked: Type.String(),
      service: Type.String(),
      replaced: Type.Boolean({ description: 'Its owner put a value of their own here.' }),
    }),
  ),
});

export const RevealedSchema = Type.Object({ name: Type.String(), value: Type.String() });

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
