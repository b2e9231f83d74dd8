import { useCallback, useRef, useState } from 'react';
import { idsOf, keepAll } from '../../pictures/keep.ts';
import { type Attached, keptPictures, released } from '../../pictures/use-attachments.ts';
import { commandId } from '../../server/client.ts';
import { explain } from '../../server/problem.ts';
import { useSessionApi } from '../session-api.ts';

/** A message: its words, and the pictures with it. */
export type Said = { readonly prompt: string; readonly pictures: readonly Attached[] };

/** One that was sent and is not in the transcript yet. */
export type Outgoing = Said & { readonly id: string; readonly turnId?: string };

const isSame = (one: Said, other: Said): boolean =>
  one.prompt === other.prompt &&
  one.pictures.map(({ key }) => key).join() === other.pictures.map(({ key }) => key).join();

const NOTHING = { prompt: '', pictures: [], id: '' };

/**
 * Sends prompts. One shows at once and leaves when the log has it; one that could not be sent is handed back, and the
 * same words sent again are the same command, so a lost answer never makes two turns.
 */
export const useOutbox = (onFailed: (message: Said) => void) => {
  const api = useSessionApi();
  const [outgoing, setOutgoing] = useState<readonly Outgoing[]>([]);
  const [problem, setProblem] = useState<string>();
  const lost = useRef<Said & { readonly id: string }>(NOTHING);
  const failed = useRef(onFailed);
  failed.current = onFailed;

  const send = useCallback(
    async (message: Said): Promise<void> => {
      const { prompt, pictures } = message;
      const id = isSame(lost.current, message) ? lost.current.id : commandId();
      lost.current = NOTHING;
      setProblem(undefined);
      setOutgoing((before) => [...before, { id, prompt, pictures }]);
      try {
        const kept = await keepAll(api, pictures);
        const { turnId } = await api.submitTurn(prompt, id, { pictures: idsOf(kept) });
        const sent = { id, prompt, turnId, pictures: keptPictures(kept) };
        setOutgoing((before) => before.map((one) => (one.id === id ? sent : one)));
        pictures.forEach(released);
      } catch (error) {
        lost.current = { prompt, pictures, id };
        setOutgoing((before) => before.filter((sent) => sent.id !== id));
        setProblem(explain(error));
        failed.current(message);
      }
    },
    [api],
  );

  const clearProblem = useCallback(() => setProblem(undefined), []);
  return { outgoing, send, problem, clearProblem };
};
