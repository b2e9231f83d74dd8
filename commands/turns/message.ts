import * as E from 'fp-ts/lib/Either.js';
import type { Attachment, SessionEvent } from '../../domain/session/events.ts';
import { pictureEnding } from '../../domain/session/pictures.ts';
import { pictureIn } from '../pictures.ts';
import type { AgentPicture } from '../ports/agent.ts';
import type { Context } from '../process-managers/context.ts';
import { failure } from './failure.ts';

/** What the visitor has said, as its event says it. */
export type Message = { readonly prompt: string; readonly attachments: readonly Attachment[] };

export const messageIn = (events: readonly SessionEvent[], turnId: string): Message | undefined => {
  for (const event of events)
    if (event.type === 'TurnSubmitted' && event.data.turnId === turnId)
      return { prompt: event.data.prompt, attachments: event.data.attachments ?? [] };
  return undefined;
};

export const PICTURES_UNREADABLE = failure(
  'pictures_unreadable',
  'The pictures of this message could not be read. Attach them again, and send it once more.',
);

/** The pictures of a message as the agent is given them; `undefined` where one of them cannot be read. */
export const picturesFor = async (
  { world }: Context,
  sessionId: string,
  attachments: readonly Attachment[],
): Promise<readonly AgentPicture[] | undefined> => {
  const pictures: AgentPicture[] = [];
  for (const { id, mediaType } of attachments) {
    const picture = await pictureIn(world.vault, sessionId, id)();
    if (E.isLeft(picture) || picture.right === undefined) return undefined;
    const name = `${id.slice(0, 12)}.${pictureEnding(mediaType)}`;
    pictures.push({ name, mediaType, bytes: picture.right.bytes });
  }
  return pictures;
};
