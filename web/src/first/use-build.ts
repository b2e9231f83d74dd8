import { useRef, useState } from 'react';
import { navigate } from '../routing/router.ts';
import { commandId } from '../server/client.ts';
import { createSession } from '../server/first.ts';
import { explain } from '../server/problem.ts';
import { keepDraft, recallDraft } from './draft.ts';

const DRAFT = 'first';

/** The prompt, and what happens when it is sent. Waits for the sign-in inside, so it may be sent before that is done. */
export const useBuild = (maxChars: number) => {
  const [prompt, setPrompt] = useState(() => recallDraft(DRAFT));
  const [problem, setProblem] = useState<string>();
  const [sending, setSending] = useState(false);
  // The same words sent again after a lost answer are the same command, and make one session.
  const command = useRef({ prompt: '', id: '' });

  const change = (text: string): void => {
    setPrompt(text);
    keepDraft(DRAFT, text);
    setProblem(undefined);
  };

  const build = async (): Promise<void> => {
    const words = prompt.trim();
    if (sending) return;
    if (words === '') return setProblem('Write one sentence about the app you want, or pick one below.');
    if (words.length > maxChars) {
      return setProblem(
        `That is ${(words.length - maxChars).toLocaleString('en')} characters too long. Shorten it to ${maxChars.toLocaleString('en')}.`,
      );
    }
    setSending(true);
    setProblem(undefined);
    if (command.current.prompt !== words) command.current = { prompt: words, id: commandId() };
    try {
      const created = await createSession(words, command.current.id);
      keepDraft(DRAFT, '');
      navigate(`/s/${created.sessionId}`, { prompt: words });
    } catch (error) {
      setProblem(explain(error));
      setSending(false);
    }
  };

  return { prompt, change, build, problem, sending };
};
