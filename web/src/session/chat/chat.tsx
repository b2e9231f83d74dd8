import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { keepDraft, recallDraft } from '../../first/draft.ts';
import type { Sync } from '../../live/sync.ts';
import { Button } from '../../ui/button.tsx';
import { BootCard } from '../boot/boot-card.tsx';
import { MissingServices } from '../boot/missing-services.tsx';
import { undoneCommits } from '../history/lines.ts';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import { Composer } from './composer.tsx';
import { Prompt } from './prompt.tsx';
import { Turn } from './turn.tsx';
import { useOutbox } from './use-outbox.ts';
import { usePinnedScroll } from './use-pinned-scroll.ts';

/** The prompt travels with the page it opened, so it stands there before the server has said a word. */
const arrivedWith = (): string | undefined => {
  const state: unknown = history.state;
  const prompt = typeof state === 'object' && state !== null ? Reflect.get(state, 'prompt') : undefined;
  return typeof prompt === 'string' ? prompt : undefined;
};

export const Chat = ({
  sync,
  onShowCommit,
}: {
  readonly sync: Sync;
  readonly onShowCommit: (sha: string) => void;
}) => {
  const api = useSessionApi();
  const view = sync.views?.view;
  const turns = sync.views?.transcript.turns ?? [];
  const [text, setText] = useState(() => recallDraft(sync.session));
  const field = useRef<HTMLTextAreaElement>(null);
  const { scroller, content, pinned, toEnd } = usePinnedScroll();
  const cancel = useCommand(api.cancelTurn);

  const write = useCallback(
    (words: string): void => {
      setText(words);
      keepDraft(sync.session, words);
    },
    [sync.session],
  );
  const { outgoing, send, problem, clearProblem } = useOutbox((prompt) => {
    write(prompt);
    field.current?.focus();
  });

  const submit = (): void => {
    const words = text.trim();
    if (words === '') return;
    write('');
    toEnd();
    void send(words);
  };
  const retry = useCallback((prompt: string) => void send(prompt), [send]);
  const stop = useCallback((turnId: string) => void cancel.run(turnId), [cancel.run]);

  const running = view?.runningTurn;
  const stopping =
    cancel.busy || turns.some(({ turnId, status }) => turnId === running && status === 'cancelling');
  useEffect(() => {
    if (running === undefined) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && document.querySelector('dialog[open]') === null) stop(running);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [running, stop]);

  const history = view?.history;
  const undone = useMemo(() => undoneCommits(history), [history]);
  const known = new Set(turns.map(({ turnId }) => turnId));
  const waiting = outgoing.filter(({ turnId }) => turnId === undefined || !known.has(turnId));
  const first = arrivedWith();

  return (
    <section aria-label="Conversation" className="flex h-full min-h-0 flex-col bg-canvas">
      <div ref={scroller} className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain">
        <div ref={content} className="space-y-6 px-4 pt-4 pb-2">
          {view === undefined ? null : <BootCard view={view} />}
          {view === undefined ? null : <MissingServices view={view} />}
          {turns.length === 0 && first !== undefined ? <Prompt text={first} /> : null}
          {turns.map((turn) => (
            <Turn
              key={turn.turnId}
              turn={turn}
              draft={sync.drafts[turn.turnId]}
              undone={undone.has(turn.commit?.sha ?? '')}
              onRetry={retry}
              onCancel={stop}
              onShowCommit={onShowCommit}
            />
          ))}
          {waiting.map(({ id, prompt }) => (
            <Prompt key={id} text={prompt} note="Sending" />
          ))}
        </div>
      </div>
      {pinned ? null : (
        <div className="relative">
          <Button
            small
            onClick={toEnd}
            className="absolute bottom-2 left-1/2 -translate-x-1/2 rounded-full shadow-raised"
          >
            <ArrowDown aria-hidden="true" className="size-3.5" />
            Latest
          </Button>
        </div>
      )}
      <Composer
        text={text}
        onText={(words) => {
          clearProblem();
          write(words);
        }}
        onSend={submit}
        onStop={running === undefined ? undefined : () => stop(running)}
        stopping={stopping}
        problem={problem ?? cancel.problem}
        closed={view?.phase === 'closing' || view?.phase === 'closed'}
        field={field}
      />
    </section>
  );
};
