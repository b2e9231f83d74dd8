import { type Static, type TSchema, Type } from 'typebox';
import type { TranscriptView } from '../../../projections/transcript-views.ts';
import { AttachmentSchema } from './commands.ts';
import { FileChange } from './history.ts';
import { ErrorView } from './parts.ts';

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
const Checks = Type.Object(
  {
    kind: Type.Literal('checks'),
    passed: Type.Boolean(),
    checks: Type.Array(
      Type.Object(
        {
          kind: oneOf('secrets', 'commit', 'types', 'http', 'page'),
          outcome: oneOf('passed', 'failed', 'unknown', 'skipped'),
          how: Type.Optional(Type.String({ description: 'What looked at the page: browser or modules.' })),
          detail: Type.Optional(Type.String()),
        },
        strict,
      ),
    ),
    correction: Type.Optional(Type.Integer({ description: 'The agent was told, for this manieth time.' })),
    revision: Type.Integer(),
  },
  strict,
);
const Item = Type.Union([Said, Tool, Checks]);

const Turn = Type.Object(
  {
    turnId: Type.String(),
    prompt: Type.String(),
    fixes: Type.Optional(Type.String({ description: 'Fingerprint of the error of the app it is to fix.' })),
    attachments: Type.Optional(Type.Array(AttachmentSchema)),
    status: oneOf('queued', 'running', 'cancelling', 'finished', 'failed', 'cancelled'),
    submittedAt: Type.String(),
    startedAt: Type.Optional(Type.String()),
    endedAt: Type.Optional(Type.String()),
    items: Type.Array(Item),
    commit: Type.Optional(Type.Object({ sha: Type.String(), changed: Type.Array(FileChange) }, strict)),
    error: Type.Optional(
      Type.Object(
        {
          ...ErrorView.properties,
          detail: Type.Optional(Type.String({ description: 'What the agent says is wrong, in its words.' })),
        },
        strict,
      ),
    ),
    usage: Type.Optional(
      Type.Object(
        {
          model: Type.String(),
          calls: Type.Integer(),
          inputTokens: Type.Integer(),
          outputTokens: Type.Integer(),
          cacheReadTokens: Type.Integer(),
          cacheWriteTokens: Type.Integer(),
          costMicros: Type.Optional(Type.Integer({ description: 'Micro-dollars.' })),
        },
        strict,
      ),
    ),
  },
  strict,
);

/** The schema of something, held against its type: what is described must be what it is. */
const described =
  <T>() =>
  <S extends TSchema>(schema: S & (Static<S> extends T ? unknown : never)) =>
    Type.Unsafe<T>(schema);

export const TranscriptViewSchema = described<TranscriptView>()(
  Type.Object({ sessionId: Type.String(), revision: Type.Integer(), turns: Type.Array(Turn) }, strict),
);
