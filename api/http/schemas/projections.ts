import { Type } from 'typebox';
import type { BuildStatus, ProjectionStatus, TableStatus } from '../../../projections/status.ts';
import { viewOf } from './parts.ts';

const strict = { additionalProperties: false } as const;
const table = { table: Type.String(), version: Type.Integer(), generation: Type.Integer() };

const TableSchema = viewOf<TableStatus>()(
  Type.Object(
    {
      ...table,
      behind: Type.Integer({ description: 'Events of the log that are not in it yet.' }),
      followed: Type.Boolean({
        description: 'False where only another release has the code for its version: it stays as it is.',
      }),
    },
    strict,
  ),
);

const BuildSchema = viewOf<BuildStatus>()(
  Type.Object(
    {
      ...table,
      state: Type.Unsafe<BuildStatus['state']>({ type: 'string', enum: ['waiting', 'running', 'refused'] }),
      done: Type.Integer({ description: 'Events of the log that are in it.' }),
      total: Type.Integer({ description: 'Events of the log.' }),
      eventsPerSecond: Type.Integer(),
      secondsLeft: Type.Optional(Type.Integer()),
      resumedAt: Type.Integer({ description: 'Events that were in it when it was taken up.' }),
      reason: Type.Optional(Type.String({ description: 'Why it was refused, and what to do.' })),
    },
    strict,
  ),
);

export const UnitOfLog = Type.Optional(
  Type.Literal('bytes', {
    description: 'What is counted of the log, where that is not its events: in KurrentDB.',
  }),
);

export const ProjectionSchema = viewOf<ProjectionStatus>()(
  Type.Object(
    {
      name: Type.String(),
      version: Type.Integer({ description: 'Of the code that runs.' }),
      unit: UnitOfLog,
      serving: Type.Optional(TableSchema),
      kept: Type.Optional(TableSchema),
      building: Type.Optional(BuildSchema),
      pinned: Type.Boolean({
        description: 'An operator went back to an older version: it serves until the next rebuild.',
      }),
      unknownEvents: Type.Record(Type.String(), Type.Integer(), {
        description: 'Events passed over because this release does not know their type, since it started.',
      }),
    },
    strict,
  ),
);

export const ProjectionsSchema = Type.Object({ projections: Type.Array(ProjectionSchema) });

export const ProjectionParams = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 64, description: 'e.g. `session_view`' }),
});
