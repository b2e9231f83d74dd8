import { useRef, useState } from 'react';
import { idsOf, keepAll } from '../pictures/keep.ts';
import type { Attached } from '../pictures/use-attachments.ts';
import { navigate } from '../routing/router.ts';
import { commandId } from '../server/client.ts';
import { createSession } from '../server/first.ts';
import { explain } from '../server/problem.ts';
import { sessionApi } from '../server/session.ts';
import type { Created } from '../server/types.ts';
import { keepDraft, recallDraft } from './draft.ts';
import type { Mode } from './mode-choice.tsx';

const DRAFT = 'first';
const MODE = 'mode';

/** The prompt, and what happens when it is sent. Waits for the sign-in inside, so it may be sent before that is done. */
export const useBuild = (maxChars: number, pictures: readonly Attached[]) => {
  const [mode, setMode] = useState<Mode>(() => (recallDraft(MODE) === 'quick' ? 'quick' : 'full'));
  const [prompt, setPrompt] = useState(() => recallDraft(DRAFT));
  const [problem, setProblem] = useState<string>();
  const [sending, setSending] = useState(false);
  // The same words sent again after a lost answer are the same command, and make one session.
  const command = useRef({ of: '', id: '' });

  const change = (text: string): void => {
    setPrompt(text);
    keepDraft(DRAFT, text);
    setProblem(undefined);
  };

  const choose = (next: Mode): void => {
    setMode(next);
    keepDraft(MODE, next);
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
    if (mode === 'quick' && pictures.length > 0) {
      return setProblem(
        'A quick page is written from words alone. Choose “Full app”, or take the pictures out.',
      );
    }
    setSending(true);
    setProblem(undefined);
    const of = [mode, ...pictures.map(({ key }) => key), words].join(' ');
    if (command.current.of !== of) command.current = { of, id: commandId() };
    try {
      const created = await begin({ words, id: command.current.id, mode, pictures });
      keepDraft(DRAFT, '');
      navigate(`/s/${created.sessionId}`, { prompt: words });
    } catch (error) {
      setProblem(explain(error));
      setSending(false);
    }
  };

  return { prompt, change, mode, choose, build, problem, sending };
};

type Begin = {
  readonly words: string;
  readonly id: string;
  readonly mode: Mode;
  readonly pictures: readonly Attached[];
};

/** With pictures, the session first: they are kept under its key, and the prompt names them. */
const begin = async ({ words, id, mode, pictures }: Begin): Promise<Created> => {
  if (pictures.length === 0) return createSession(words, id, mode);
  const created = await createSession(undefined, id, mode);
  const api = sessionApi(created.sessionId);
  await api.submitTurn(words, id, { pictures: idsOf(await keepAll(api, pictures)) });
  return created;
};
