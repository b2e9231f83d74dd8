import { ArrowUp, Square } from 'lucide-react';
import type { RefObject } from 'react';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PromptField } from '../../ui/prompt-field.tsx';

type Props = {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSend: () => void;
  /** Absent while nothing runs. */
  readonly onStop: (() => void) | undefined;
  readonly stopping: boolean;
  readonly problem: string | undefined;
  readonly closed: boolean;
  readonly field: RefObject<HTMLTextAreaElement | null>;
};

/**
 * Where a follow-up is written. While a turn runs and nothing is written, Send is Stop; as soon as there are words,
 * Send is back, and they wait for their turn.
 */
export const Composer = ({ text, onText, onSend, onStop, stopping, problem, closed, field }: Props) => {
  const canStop = onStop !== undefined && text.trim() === '';
  return (
    <div className="px-4 pt-2 pb-4">
      {problem === undefined ? null : <Notice className="mb-2">{problem}</Notice>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSend();
        }}
        className="flex items-end gap-2 rounded-2xl border border-line-strong bg-surface p-1.5 pl-4 transition-colors focus-within:border-control"
      >
        <PromptField
          label="Message"
          field={field}
          value={text}
          onText={onText}
          onSubmit={onSend}
          disabled={closed}
          rows={1}
          placeholder={onStop === undefined ? 'What should change?' : 'Add something; it waits for its turn'}
          className="max-h-48 min-h-9 py-1.5"
        />
        {canStop ? (
          <Button onClick={onStop} disabled={stopping} aria-busy={stopping} className="min-w-22">
            <Square aria-hidden="true" className="size-3 fill-current" />
            Stop
          </Button>
        ) : (
          <Button type="submit" look="solid" disabled={closed || text.trim() === ''} className="min-w-22">
            <ArrowUp aria-hidden="true" className="size-4" />
            Send
          </Button>
        )}
      </form>
    </div>
  );
};
