import { createHash } from 'node:crypto';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Attachment } from '../domain/session/events.ts';
import {
  MAX_KEPT_PICTURES,
  MAX_PICTURE_BYTES,
  type PictureType,
  pictureTypeOf,
} from '../domain/session/pictures.ts';
import type { Refusal } from '../domain/session/refusals.ts';
import type { CommandFailure } from './handler.ts';
import type { Vault } from './ports/vault.ts';

/** A picture with its bytes, as it is shown to its owner and to the agent. */
export type Picture = { readonly mediaType: PictureType; readonly bytes: Uint8Array };

const PREFIX = 'picture:';
const ID_CHARS = 32;

const refused = (refusal: Refusal): CommandFailure => ({ tag: 'Refused', refusal });

/** Its own id and digest, which say nothing once the session's key is gone. */
const attachmentOf = (
  vault: Vault,
  sessionId: string,
  { bytes, mediaType }: Picture,
): TE.TaskEither<CommandFailure, Attachment> =>
  pipe(
    vault.digest(sessionId, createHash('sha256').update(bytes).digest('hex')),
    TE.map((digest) => ({ id: digest.slice(0, ID_CHARS), mediaType, bytes: bytes.length, digest })),
  );

/** Keeps a picture in the vault; the same one is kept once, however often it is attached. */
export const keepPicture = (
  vault: Vault,
  sessionId: string,
  bytes: Uint8Array,
): TE.TaskEither<CommandFailure, Attachment> => {
  if (bytes.length > MAX_PICTURE_BYTES)
    return TE.left(refused({ tag: 'PictureTooLarge', max: MAX_PICTURE_BYTES }));
  const mediaType = pictureTypeOf(bytes);
  if (mediaType === undefined) return TE.left(refused({ tag: 'NoPicture' }));
  return pipe(
    TE.Do,
    TE.bindW('attachment', () => attachmentOf(vault, sessionId, { bytes, mediaType })),
    TE.bindW('names', () => vault.fileNames(sessionId)),
    TE.flatMap(({ attachment, names }): TE.TaskEither<CommandFailure, Attachment> => {
      const name = `${PREFIX}${attachment.id}`;
      if (names.includes(name)) return TE.right(attachment);
      const kept = names.filter((other) => other.startsWith(PREFIX)).length;
      if (kept >= MAX_KEPT_PICTURES)
        return TE.left(refused({ tag: 'TooManyPicturesKept', max: MAX_KEPT_PICTURES }));
      return pipe(
        vault.putFile(sessionId, name, bytes),
        TE.map(() => attachment),
      );
    }),
  );
};

/** `undefined` where the session keeps none of that id. */
export const pictureIn = (
  vault: Vault,
  sessionId: string,
  id: string,
): TE.TaskEither<CommandFailure, Picture | undefined> =>
  pipe(
    vault.file(sessionId, `${PREFIX}${id}`),
    TE.map((bytes) => {
      const mediaType = bytes === undefined ? undefined : pictureTypeOf(bytes);
      return bytes === undefined || mediaType === undefined ? undefined : { mediaType, bytes };
    }),
  );

/** The pictures of those ids, each once, as an event names them; all of them have to be there. */
export const attachmentsOf = (
  vault: Vault,
  sessionId: string,
  ids: readonly string[],
): TE.TaskEither<CommandFailure, readonly Attachment[]> =>
  pipe(
    [...new Set(ids)],
    TE.traverseSeqArray((id) =>
      pipe(
        pictureIn(vault, sessionId, id),
        TE.flatMap((picture) =>
          picture === undefined
            ? TE.left(refused({ tag: 'PictureUnknown' }))
            : attachmentOf(vault, sessionId, picture),
        ),
      ),
    ),
  );
