import type { Attachment } from '../../../domain/session/events.ts';
import type { SessionApi } from '../server/session.ts';
import type { Attached } from './use-attachments.ts';

/** Sends what the session does not keep yet; answers what a message names them by. The same picture is kept once. */
export const keepAll = async (
  api: Pick<SessionApi, 'keepPicture'>,
  pictures: readonly Attached[],
): Promise<readonly Attachment[]> => {
  const kept: Attachment[] = [];
  for (const picture of pictures)
    kept.push('kept' in picture ? picture.kept : await api.keepPicture(picture.file));
  return kept;
};

export const idsOf = (kept: readonly Attachment[]): readonly string[] => kept.map(({ id }) => id);
