import { useCallback, useEffect, useRef, useState } from 'react';
import type { Attachment } from '../../../domain/session/events.ts';
import { MAX_PICTURES } from '../../../domain/session/pictures.ts';
import { prepared, Unfit } from './prepare.ts';

/** A picture of a message: a file of this page that is yet to be sent, or one the session keeps already. */
export type Attached =
  | { readonly key: string; readonly name: string; readonly file: Blob; readonly url: string }
  | { readonly key: string; readonly name: string; readonly kept: Attachment };

export const keptPictures = (attachments: readonly Attachment[] = []): readonly Attached[] =>
  attachments.map((kept, index) => ({ key: kept.id, name: `Picture ${index + 1}`, kept }));

const TOO_MANY = `A message takes ${MAX_PICTURES} pictures at most. Send the others with the next one.`;

let lastKey = 0;
const newKey = (): string => {
  lastKey += 1;
  return `picture-${lastKey}`;
};

/** Of a file that nobody shows any more: the browser may let go of it. */
export const released = (attached: Attached): void => {
  if ('url' in attached) URL.revokeObjectURL(attached.url);
};

/** The pictures of the message that is being written. */
export const useAttachments = () => {
  const [attached, setAttached] = useState<readonly Attached[]>([]);
  const [problem, setProblem] = useState<string>();
  const [preparing, setPreparing] = useState(0);
  const latest = useRef(attached);
  latest.current = attached;

  useEffect(() => () => latest.current.forEach(released), []);

  const put = useCallback((next: readonly Attached[]): void => {
    latest.current = next;
    setAttached(next);
  }, []);

  const add = useCallback(
    async (files: readonly File[]): Promise<void> => {
      setProblem(undefined);
      setPreparing((count) => count + 1);
      for (const file of files) {
        if (latest.current.length >= MAX_PICTURES) {
          setProblem(TOO_MANY);
          break;
        }
        try {
          const ready = await prepared(file);
          const name = file.name === '' ? 'Pasted picture' : file.name;
          put([...latest.current, { key: newKey(), name, file: ready, url: URL.createObjectURL(ready) }]);
        } catch (error) {
          setProblem(error instanceof Unfit ? error.message : 'The picture could not be read. Try another.');
        }
      }
      setPreparing((count) => count - 1);
    },
    [put],
  );

  const remove = useCallback(
    (key: string): void => {
      for (const picture of latest.current) if (picture.key === key) released(picture);
      setProblem(undefined);
      put(latest.current.filter((picture) => picture.key !== key));
    },
    [put],
  );

  /** Pictures of a message that is gone on with; those that are there already stay before them. */
  const restore = useCallback(
    (pictures: readonly Attached[]): void => {
      const keys = new Set(latest.current.map(({ key }) => key));
      const fresh = pictures.filter(({ key }) => !keys.has(key));
      put([...latest.current, ...fresh].slice(0, MAX_PICTURES));
    },
    [put],
  );

  /** Gives them to whoever sends them. */
  const take = useCallback((): readonly Attached[] => {
    const taken = latest.current;
    setProblem(undefined);
    put([]);
    return taken;
  }, [put]);

  return { attached, problem, isPreparing: preparing > 0, add, remove, restore, take };
};
export type Attachments = ReturnType<typeof useAttachments>;
