import { type Static, Type } from 'typebox';
import type { TranscriptItem, TranscriptView } from '../../../projections/views.ts';
import { ErrorView, FileChange } from './views.ts';

const strict = { additionalProperties: false } as const;
const oneOf = <const V extends string>(...values: V[]) => Type.Unsafe<V>({ type: 'string', enum: values });

const Said = Type.Object(
  { kind: oneOf('message', 'thought'), text: Type.String(), revision: Type.Integer() },
  strict,
);
const Tool = Type.Object(
  {
    kind: Type.Literal('tool'),
    toolCallId: Type.String(),
    tool: Type.String(),
    title: Type.String(),
    path: Type.Optional(Type.String()),
    status: oneOf('running', 'completed', 'failed'),
    output: Type.Optional(Type.String()),
    diff: Type.Optional(
      Type.Object(
        { path: Type.String(), added: Type.Integer(), removed: Type.Integer(), patch: Type.String() },
        strict,
      ),
    ),
    revision: Type.Integer(),
  },
  strict,
);
const Item = Type.Union([Said, Tool]);

const Turn = Type.Object(
  {
    turnId: Type.String(),
    prompt: Type.String(),
    status: oneOf('queued', 'running', 'cancelling', 'finished', 'failed', 'cancelled'),
    submittedAt: Type.String(),
    startedAt: Type.Optional(Type.String()),
    endedAt: Type.Optional(Type.String()),
    items: Type.Array(Item),
    commit: Type.Optional(Type.Object({ sha: Type.String(), changed: Type.Array(FileChange) }, strict)),
    error: Type.Optional(ErrorView),
    usage: Type.Optional(
      Type.Object(
        { model: Type.String(), inputTokens: Type.Integer(), outputTokens: Type.Integer() },
        strict,
      ),
    ),
  },
  strict,
);

const Transcript = Type.Object(
  { sessionId: Type.String(), revision: Type.Integer(), turns: Type.Array(Turn) },
  strict,
);
export const TranscriptViewSchema = Type.Unsafe<TranscriptView>(Transcript);

// Held against the views' types: a change there that is not made here does not compile.
export type TranscriptMatches = Static<typeof Transcript> extends TranscriptView ? true : never;
export type ItemMatches = Static<typeof Item> extends TranscriptItem ? true : never;
export const matches: [TranscriptMatches, ItemMatches] = [true, true];
