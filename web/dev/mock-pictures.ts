import { createHash } from 'node:crypto';
import type { Attachment } from '../../domain/session/events.ts';
import { json, problem, type Reply } from './mock-reply.ts';
import type { SessionLog } from './session-log.ts';

type Kept = { readonly attachment: Attachment; readonly bytes: Buffer };
const kept = new Map<string, Kept>();

const typeOf = (bytes: Buffer): Attachment['mediaType'] =>
  bytes[0] === 0x89
    ? 'image/png'
    : bytes[0] === 0xff
      ? 'image/jpeg'
      : bytes[0] === 0x47
        ? 'image/gif'
        : 'image/webp';

/** Pictures of messages, in memory: sent, shown again, and named by a turn. */
export const keepPicture = (log: SessionLog, bytes: Buffer): Reply => {
  const digest = createHash('sha256').update(bytes).digest('hex');
  const attachment = { id: digest.slice(0, 20), mediaType: typeOf(bytes), bytes: bytes.length, digest };
  kept.set(attachment.id, { attachment, bytes });
  return json({ attachment, revision: log.head }, 201);
};

export const picture = (id: string): Reply => {
  const found = kept.get(id);
  if (found === undefined) return problem(404, 'unknown_picture', 'There is no such picture.');
  return { status: 200, type: found.attachment.mediaType, body: found.bytes };
};

export const attachmentsOf = (ids: unknown): readonly Attachment[] =>
  Array.isArray(ids) ? ids.flatMap((id: string) => kept.get(id)?.attachment ?? []) : [];
