import { Type } from 'typebox';
import { SERVICES } from '../../../domain/services.ts';
import { MAX_PROMPT_CHARS } from '../../../domain/session/decide/turns.ts';

const strict = { additionalProperties: false } as const;
const id = (description: string) =>
  Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$', description });

export const CommandId = Type.String({
  minLength: 8,
  maxLength: 64,
  pattern: '^[A-Za-z0-9_-]+$',
  description: 'Names the command: sending it again is answered as the first time, and does nothing twice.',
});
/** How long it may be is the domain's rule, which also says what to do about one that breaks it. */
export const Prompt = Type.String({
  description: `What the app should be or do, in the words of the visitor: 1 to ${MAX_PROMPT_CHARS} characters.`,
});
export const Sha = Type.String({ pattern: '^[0-9a-f]{7,64}$', description: 'A commit of the session.' });
export const Revision = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const SessionParams = Type.Object({ id: id("The session's id.") });
export const TurnParams = Type.Object({ id: id("The session's id."), turnId: id("The turn's id.") });
export const ShaParams = Type.Object({ id: id("The session's id."), sha: Sha });
export const ServiceParams = Type.Object({
  id: id("The session's id."),
  service: Type.Unsafe<(typeof SERVICES)[number]>({ type: 'string', enum: SERVICES }),
});
export const TableParams = Type.Object({
  id: id("The session's id."),
  table: Type.String({ minLength: 1, maxLength: 200 }),
});
export const FileParams = Type.Object({
  id: id("The session's id."),
  '*': Type.String({ minLength: 1, maxLength: 1_000 }),
});

export const AtQuery = Type.Object(
  { at: Type.Optional(Type.Integer({ minimum: 0, description: 'As it was after this revision.' })) },
  strict,
);
export const ShaQuery = Type.Object({ sha: Type.Optional(Sha) }, strict);
export const PageQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
    offset: Type.Integer({ minimum: 0, maximum: 1_000_000_000, default: 0 }),
  },
  strict,
);
export const EventsQuery = Type.Object(
  {
    from: Type.Integer({ minimum: 0, default: 0 }),
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 200 }),
  },
  strict,
);

export const Command = Type.Object({ commandId: Type.Optional(CommandId) }, strict);
export const CreateSession = Type.Object(
  {
    prompt: Type.Optional(Prompt),
    residentialIp: Type.Optional(Type.Boolean()),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
export const SubmitTurn = Type.Object({ prompt: Prompt, commandId: Type.Optional(CommandId) }, strict);
export const MoveHistory = Type.Object(
  {
    to: Type.Union([Type.Literal('undo'), Type.Literal('redo'), Type.Object({ sha: Sha }, strict)]),
    data: Type.Union([Type.Literal('keep'), Type.Literal('restore')]),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
export const SetTarget = Type.Object(
  { target: Type.Integer({ minimum: 0, maximum: 100 }), commandId: Type.Optional(CommandId) },
  strict,
);
export const Drain = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 200 }), commandId: Type.Optional(CommandId) },
  strict,
);

export const Accepted = Type.Object({ revision: Type.Integer() });
export const AcceptedTurn = Type.Object({ turnId: Type.String(), revision: Type.Integer() });
export const Created = Type.Object({
  sessionId: Type.String(),
  slug: Type.String(),
  sessionKey: Type.String({ description: 'Shown once; the browser keeps it as an HttpOnly cookie.' }),
  revision: Type.Integer(),
  source: Type.Union([Type.Literal('pool'), Type.Literal('cold')]),
});
