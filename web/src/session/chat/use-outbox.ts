import { useCallback, useRef, useState } from 'react';
import { commandId } from '../../server/client.ts';
import { explain } from '../../server/problem.ts';
import { useSessionApi } from '../session-api.ts';

/** A prompt that was sent and is not in the transcript yet. */
export type Outgoing = { readonly id: string; readonly prompt: string; readonly turnId?: string };

/**
 * Sends prompts. One shows at once and leaves when the log has it; one that could not be sent is handed back, and the
 * same words sent again are the same command, so a lost answer never makes two turns.
 */
export const useOutbox = (onFailed: (prompt: string) => void) => {
  const api = useSessionApi();
  const [outgoing, setOutgoing] = useState<readonly Outgoing[]>([]);
  const [problem, setProblem] = useState<string>();
  const lost = useRef({ prompt: '', id: '' });
  const failed = useRef(onFailed);
  failed.current = onFailed;

  const send = useCallback(
    async (prompt: string): Promise<void> => {
      const id = lost.current.prompt === prompt ? lost.current.id : commandId();
      lost.current = { prompt: '', id: '' };
      setProblem(undefined);
      setOutgoing((before) => [...before, { id, prompt }]);
      try {
        const { turnId } = await api.submitTurn(prompt, id);
        setOutgoing((before) => before.map((sent) => (sent.id === id ? { ...sent, turnId } : sent)));
      } catch (error) {
        lost.current = { prompt, id };
        setOutgoing((before) => before.filter((sent) => sent.id !== id));
        setProblem(explain(error));
        failed.current(prompt);
      }
    },
    [api],
  );

  const clearProblem = useCallback(() => setProblem(undefined), []);
  return { outgoing, send, problem, clearProblem };
};
