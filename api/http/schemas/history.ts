import { Type } from 'typebox';
import type { HistoryAnswer } from '../../../projections/history-views.ts';
import type { OldVersionView } from '../../application/versions.ts';
import { ErrorView, Instant, oneOf, strict, viewOf } from './parts.ts';

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

export const History = Type.Object(
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
