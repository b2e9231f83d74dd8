import { Type } from 'typebox';
import { SERVICES } from '../../../domain/services.ts';
import { MAX_FILE_BYTES } from '../../../domain/session/decide/code.ts';
import { MAX_STATEMENT_CHARS } from '../../../domain/session/decide/data.ts';
import { MAX_PROMPT_CHARS } from '../../../domain/session/decide/turns.ts';
import { MAX_PICTURES, PICTURE_TYPES, type PictureType } from '../../../domain/session/pictures.ts';

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

export const SessionId = id("The session's id.");
export const SessionParams = Type.Object({ id: SessionId });
export const TurnParams = Type.Object({ id: SessionId, turnId: id("The turn's id.") });
export const ShaParams = Type.Object({ id: SessionId, sha: Sha });
export const ServiceParams = Type.Object({
  id: SessionId,
  service: Type.Unsafe<(typeof SERVICES)[number]>({ type: 'string', enum: SERVICES }),
});
export const TableParams = Type.Object({
  id: SessionId,
  table: Type.String({ minLength: 1, maxLength: 200 }),
});
export const FileParams = Type.Object({
  id: SessionId,
  '*': Type.String({ minLength: 1, maxLength: 1_000 }),
});

const PictureId = Type.String({ pattern: '^[0-9a-f]{32}$', description: "The picture's id." });
export const PictureParams = Type.Object({ id: SessionId, pictureId: PictureId });
export const AttachmentSchema = Type.Object(
  {
    id: PictureId,
    mediaType: Type.Unsafe<PictureType>({ type: 'string', enum: PICTURE_TYPES }),
    bytes: Type.Integer(),
    digest: Type.String({ description: "An HMAC of the bytes under the session's own key." }),
  },
  strict,
);
export const KeptPicture = Type.Object({ attachment: AttachmentSchema, revision: Type.Integer() });

export const AtQuery = Type.Object(
  { at: Type.Optional(Type.Integer({ minimum: 0, description: 'As it was after this revision.' })) },
  strict,
);
export const ShaQuery = Type.Object({ sha: Type.Optional(Sha) }, strict);
export const PageQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
    offset: Type.Integer({ minimum: 0, maximum: 1_000_000_000, default: 0 }),
    sort: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'The column to sort by.' })),
    direction: Type.Union([Type.Literal('asc'), Type.Literal('desc')], { default: 'asc' }),
  },
  strict,
);
export const Command = Type.Object({ commandId: Type.Optional(CommandId) }, strict);
export const SearchQuery = Type.Object(
  {
    q: Type.String({
      minLength: 2,
      maxLength: 200,
      pattern: '^[^\\r\\n\\u0000]*$',
      description: 'Text as it is, whatever its case.',
    }),
    sha: Type.Optional(Sha),
  },
  strict,
);
export const SaveFile = Type.Object(
  {
    content: Type.String({ maxLength: MAX_FILE_BYTES }),
    base: Type.Union([Sha, Type.Null()], {
      description: 'The `oid` that was edited, as read with the file; `null` for a new file.',
    }),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
const LookedAt = Type.String({
  pattern: '^[0-9a-f]{7,64}$',
  description: 'The `oid` of the file as it was read: one that was changed since stays as it is.',
});
export const RenameFile = Type.Object(
  {
    to: Type.String({ minLength: 1, maxLength: 1_000, description: 'Its new path in the app.' }),
    base: LookedAt,
    commandId: Type.Optional(CommandId),
  },
  strict,
);
export const DeleteFile = Type.Object({ base: LookedAt, commandId: Type.Optional(CommandId) }, strict);
export const AcceptedSave = Type.Object({ saveId: Type.String(), revision: Type.Integer() });
export const VariableParams = Type.Object({
  id: SessionId,
  name: Type.String({ minLength: 1, maxLength: 200 }),
});
export const ReplaceVariable = Type.Object(
  {
    value: Type.Union([Type.String({ maxLength: 10_000 }), Type.Null()], {
      description: "Your own value; `null` puts the service's back, or removes a variable of your own.",
    }),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
const Cell = Type.Union([Type.String({ maxLength: 200_000 }), Type.Null()]);
const Values = Type.Record(Type.String({ maxLength: 200 }), Cell, {
  maxProperties: 200,
  description: 'By column, as Postgres reads them; `null` is SQL’s.',
});
const version = Type.String({ minLength: 1, maxLength: 20, description: 'As it was read with the row.' });
export const InsertRow = Type.Object({ values: Values, commandId: Type.Optional(CommandId) }, strict);
export const UpdateRow = Type.Object(
  { key: Values, version, values: Values, commandId: Type.Optional(CommandId) },
  strict,
);
export const DeleteRow = Type.Object({ key: Values, version, commandId: Type.Optional(CommandId) }, strict);
export const RunSql = Type.Object(
  {
    statement: Type.String({ minLength: 1, maxLength: MAX_STATEMENT_CHARS }),
    mode: Type.Union([Type.Literal('read'), Type.Literal('write')]),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
export const CreateSession = Type.Object(
  {
    prompt: Type.Optional(Prompt),
    residentialIp: Type.Optional(Type.Boolean()),
    mode: Type.Optional(
      Type.Unsafe<'full' | 'quick'>({
        type: 'string',
        enum: ['full', 'quick'],
        description:
          '`quick`: one HTML page, written at once, without a sandbox or a backend; it can become a full app later. `full` where it is left out.',
      }),
    ),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
export const SubmitTurn = Type.Object(
  {
    prompt: Prompt,
    fixes: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{16,64}$',
        description:
          'Fingerprint of the error of the app it is to fix. Three in a row, and no further one is taken.',
      }),
    ),
    pictures: Type.Optional(
      Type.Array(PictureId, {
        maxItems: MAX_PICTURES,
        description: 'Pictures that were sent to `/pictures` of this session before.',
      }),
    ),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
export const ChooseModel = Type.Object(
  {
    model: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[A-Za-z0-9._:/\\[\\]-]+$',
      description: 'The id of one of `models` in the session view.',
    }),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
export const SetBudget = Type.Object(
  {
    sessionId: SessionId,
    budgetMicros: Type.Integer({
      minimum: 0,
      maximum: 1_000_000_000_000,
      description: 'What the session may spend on models in all, in micro-dollars.',
    }),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
export const NoteAppError = Type.Object(
  {
    source: Type.Unsafe<'page' | 'build'>({ type: 'string', enum: ['page', 'build'] }),
    message: Type.String({ minLength: 1, maxLength: 2_000 }),
    detail: Type.Optional(Type.String({ maxLength: 8_000 })),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
export const VerifyAddress = Type.Object(
  {
    address: Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@<>,;]+@[^\\s@<>,;]+$' }),
    commandId: Type.Optional(CommandId),
  },
  { additionalProperties: false },
);
export const ConfirmAddress = Type.Object(
  { code: Type.String({ pattern: '^\\s*[0-9]{6}\\s*$' }), commandId: Type.Optional(CommandId) },
  { additionalProperties: false },
);
export const Confirmed = Type.Object({ revision: Type.Integer(), verified: Type.Boolean() });

export const RedeemLink = Type.Object(
  {
    sessionId: SessionId,
    secret: Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      description: 'What stands after the # of the link.',
    }),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
export const Link = Type.Object({
  url: Type.String({
    description: 'Opens the app in another browser. Good once, and only for some minutes.',
  }),
  expiresAt: Type.String(),
  revision: Type.Integer(),
});
export const MoveHistory = Type.Object(
  {
    to: Type.Union([Type.Literal('undo'), Type.Literal('redo'), Type.Object({ sha: Sha }, strict)]),
    data: Type.Union([Type.Literal('keep'), Type.Literal('restore')], {
      description: 'What becomes of the data: it stays as it is, or is as it was at that commit.',
    }),
    checkpointId: Type.Optional(
      Type.String({ maxLength: 100, description: 'Which of what is kept there; the newest when left out.' }),
    ),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
export const ForkSession = Type.Object(
  {
    commit: Sha,
    data: Type.Union([Type.Literal('kept'), Type.Literal('empty')], {
      description: 'The data as it was at that commit, or an empty database that the app migrates.',
    }),
    commandId: Type.Optional(CommandId),
  },
  strict,
);
export const OpenVersion = Type.Object({ commit: Sha }, strict);
export const RetryFork = Type.Object({ commandId: Type.Optional(CommandId) }, strict);
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
