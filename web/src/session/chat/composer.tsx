import { ArrowUp, Square } from 'lucide-react';
import type { RefObject } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import { AttachButton } from '../../pictures/attach-button.tsx';
import { PictureTarget } from '../../pictures/picture-target.tsx';
import { Thumbnails } from '../../pictures/thumbnails.tsx';
import type { Attachments } from '../../pictures/use-attachments.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Notice } from '../../ui/notice.tsx';
import { PromptField } from '../../ui/prompt-field.tsx';
import { ModelChoice } from './model-choice.tsx';
import { exhaustedWords, Spending } from './spending.tsx';

type Props = {
  readonly view: SessionView | undefined;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly pictures: Attachments;
  readonly onSend: () => void;
  /** Absent while nothing runs. */
  readonly onStop: (() => void) | undefined;
  readonly stopping: boolean;
  readonly problem: string | undefined;
  readonly closed: boolean;
  readonly field: RefObject<HTMLTextAreaElement | null>;
};

/** Where models are paid for: which one comes next, and what it has cost so far. */
const Paid = ({ view }: { readonly view: SessionView }) =>
  view.models.length < 2 &&
  view.spending.budgetMicros === undefined &&
  view.spending.costMicros === 0 ? null : (
    <div className="flex min-h-8 items-center justify-between gap-3 px-1 pt-1.5">
      <ModelChoice view={view} />
      <Spending spending={view.spending} />
    </div>
  );

const placeholder = (isRunning: boolean, pictures: number): string => {
  if (pictures > 0) return pictures === 1 ? 'What is to be done with it?' : 'What is to be done with them?';
  return isRunning ? 'Add something; it waits for its turn' : 'What should change?';
};

/**
 * Where a follow-up is written. While a turn runs and nothing is written, Send is Stop; as soon as there are words,
 * Send is back, and they wait for their turn.
 */
export const Composer = (props: Props) => {
  const { view, text, pictures, onText, onSend, onStop, stopping, problem, closed, field } = props;
  const canStop = onStop !== undefined && text.trim() === '' && pictures.attached.length === 0;
  // A quick page is written from words alone.
  const canAttach = !closed && view?.mode !== 'quick';
  const trouble = problem ?? (view === undefined ? undefined : exhaustedWords(view.spending));
  return (
    <div className="px-4 pt-2 pb-4">
      {trouble === undefined ? null : <Notice className="mb-2">{trouble}</Notice>}
      <PictureTarget
        disabled={!canAttach}
        onFiles={(files) => void pictures.add(files)}
        onSubmit={onSend}
        className="rounded-2xl border border-line-strong bg-surface transition-colors focus-within:border-control"
      >
        <Thumbnails pictures={pictures} disabled={closed} className="px-3 pt-3 pb-1" />
        <div className={cx('flex items-end gap-1.5 p-1.5', view?.mode === 'quick' && 'pl-4')}>
          {view?.mode === 'quick' ? null : (
            <AttachButton
              disabled={!canAttach}
              onFiles={(files) => void pictures.add(files)}
              className="size-9"
            />
          )}
          <PromptField
            label="Message"
            field={field}
            value={text}
            onText={onText}
            onSubmit={onSend}
            disabled={closed}
            rows={1}
            placeholder={placeholder(onStop !== undefined, pictures.attached.length)}
            className="max-h-48 min-h-9 py-1.5"
          />
          {canStop ? (
            <Button onClick={onStop} disabled={stopping} aria-busy={stopping} className="min-w-22">
              <Square aria-hidden="true" className="size-3 fill-current" />
              Stop
            </Button>
          ) : (
            <Button
              type="submit"
              look="solid"
              disabled={closed || text.trim() === '' || pictures.isPreparing}
              className="min-w-22"
            >
              <ArrowUp aria-hidden="true" className="size-4" />
              Send
            </Button>
          )}
        </div>
      </PictureTarget>
      {view === undefined ? null : <Paid view={view} />}
    </div>
  );
};
