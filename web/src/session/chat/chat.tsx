import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { keepDraft, recallDraft } from '../../first/draft.ts';
import type { Sync } from '../../live/sync.ts';
import { useAttachments } from '../../pictures/use-attachments.ts';
import { Button } from '../../ui/button.tsx';
import { AppErrorsCard } from '../app-errors/app-errors-card.tsx';
import { BootCard } from '../boot/boot-card.tsx';
import { MissingServices } from '../boot/missing-services.tsx';
import { ForkCard } from '../fork-card.tsx';
import { undoneCommits } from '../history/lines.ts';
import { QuickCard } from '../quick/make-full.tsx';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import { Composer } from './composer.tsx';
import { Prompt } from './prompt.tsx';
import { Queue } from './queue.tsx';
import { Turn } from './turn.tsx';
import { type Said, useOutbox } from './use-outbox.ts';
import { usePinnedScroll } from './use-pinned-scroll.ts';

/** The prompt travels with the page it opened, so it stands there before the server has said a word. */
const arrivedWith = (): string | undefined => {
  const state: unknown = history.state;
  const prompt = typeof state === 'object' && state !== null ? Reflect.get(state, 'prompt') : undefined;
  return typeof prompt === 'string' ? prompt : undefined;
};

/** Text from elsewhere on the screen that is to be gone on with here; another object each time. */
export type Handed = { readonly text: string };

export const Chat = ({
  sync,
  handed,
  onShowCommit,
}: {
  readonly sync: Sync;
  readonly handed: Handed | undefined;
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
  const pictures = useAttachments();
  const { restore, take } = pictures;
  const { outgoing, send, problem, clearProblem } = useOutbox((message) => {
    write(message.prompt);
    restore(message.pictures);
    field.current?.focus();
  });

  /** Goes on with a prompt; what is written already stays, below it. */
  const edit = useCallback(
    ({ prompt, pictures: more }: Said): void => {
      restore(more);
      setText((before) => {
        const words = before.trim() === '' ? prompt : `${prompt}\n\n${before}`;
        keepDraft(sync.session, words);
        return words;
      });
      field.current?.focus();
    },
    [sync.session, restore],
  );
  const writeMore = useCallback((prompt: string) => edit({ prompt, pictures: [] }), [edit]);
  useEffect(() => {
    if (handed !== undefined) writeMore(handed.text);
  }, [handed, writeMore]);

  const submit = (): void => {
    const words = text.trim();
    if (words === '' || pictures.isPreparing) return;
    write('');
    toEnd();
    void send({ prompt: words, pictures: take() });
  };
  const retry = useCallback((message: Said) => void send(message), [send]);
  const stop = useCallback((turnId: string) => void cancel.run(turnId), [cancel.run]);
  /** Only what was taken out of the queue is edited: nothing is said twice. */
  const editQueued = useCallback(
    (turnId: string, message: Said) => void cancel.run(turnId).then((isOut) => isOut && edit(message)),
    [cancel.run, edit],
  );

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
  // What was taken back before it began was never said; the Events tab knows of it.
  const said = turns.filter(
    ({ status, startedAt }) => status !== 'queued' && (status !== 'cancelled' || startedAt !== undefined),
  );
  const queue = turns.filter(({ status }) => status === 'queued');
  const waiting = outgoing.filter(({ turnId }) => turnId === undefined || !known.has(turnId));
  const first = arrivedWith();

  return (
    <section aria-label="Conversation" className="flex h-full min-h-0 flex-col bg-canvas">
      <div ref={scroller} className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain">
        <div ref={content} className="space-y-6 px-4 pt-4 pb-2">
          {view === undefined || view.mode === 'upgrading' ? null : view.mode === 'quick' ? (
            <QuickCard view={view} />
          ) : (
            <BootCard view={view} />
          )}
          {view === undefined || view.mode === 'quick' ? null : <MissingServices view={view} />}
          {view === undefined ? null : <ForkCard view={view} />}
          {turns.length === 0 && first !== undefined ? <Prompt text={first} /> : null}
          {said.map((turn) => (
            <Turn
              key={turn.turnId}
              turn={turn}
              draft={sync.drafts[turn.turnId]}
              undone={undone.has(turn.commit?.sha ?? '')}
              onRetry={retry}
              onEdit={edit}
              onShowCommit={onShowCommit}
            />
          ))}
          {view?.mode === 'upgrading' ? <BootCard view={view} /> : null}
          <Queue
            turns={queue}
            isFirst={said.length === 0}
            busy={cancel.busy}
            onEdit={editQueued}
            onRemove={stop}
          />
          {waiting.map(({ id, prompt, pictures: sent }) => (
            <Prompt key={id} text={prompt} pictures={sent} note="Sending" />
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
      {view === undefined ? null : <AppErrorsCard view={view} turns={turns} onWrite={writeMore} />}
      <Composer
        view={view}
        text={text}
        pictures={pictures}
        onText={(words) => {
          clearProblem();
          write(words);
        }}
        onSend={submit}
        onStop={running === undefined ? undefined : () => stop(running)}
        stopping={stopping}
        problem={problem ?? pictures.problem ?? cancel.problem}
        closed={view?.phase === 'closing' || view?.phase === 'closed'}
        field={field}
      />
    </section>
  );
};
