import { Pencil, X } from 'lucide-react';
import type { TranscriptTurn } from '../../../../projections/transcript-views.ts';
import { MessagePictures } from '../../pictures/message-pictures.tsx';
import { keptPictures } from '../../pictures/use-attachments.ts';
import { IconButton } from '../../ui/button.tsx';
import type { Said } from './use-outbox.ts';

type Props = {
  readonly turns: readonly TranscriptTurn[];
  /** Nothing was said before: the first prompt waits for its app, not for another turn. */
  readonly isFirst: boolean;
  readonly busy: boolean;
  readonly onEdit: (turnId: string, message: Said) => void;
  readonly onRemove: (turnId: string) => void;
};

const waitsFor = (index: number, isFirst: boolean): string => {
  if (index > 0) return `${index + 1}. in the queue`;
  return isFirst ? 'Begins as soon as your app is ready' : 'Next';
};

/** What was said and waits for its turn, in order. Until then each can be changed or taken back. */
export const Queue = ({ turns, isFirst, busy, onEdit, onRemove }: Props) =>
  turns.map(({ turnId, prompt, attachments }, index) => (
    <article key={turnId} aria-label={`Prompt: ${prompt.slice(0, 80)}`} className="ml-auto w-fit max-w-[92%]">
      <MessagePictures pictures={keptPictures(attachments)} />
      <p className="ml-auto w-fit rounded-2xl rounded-br-md border border-dashed border-line-strong px-4 py-2.5 whitespace-pre-wrap wrap-anywhere text-ink-2">
        {prompt}
      </p>
      <div className="mt-0.5 flex items-center justify-end text-small text-ink-3">
        <span className="pr-1.5">{waitsFor(index, isFirst)}</span>
        <IconButton
          label="Edit this message"
          disabled={busy}
          onClick={() => onEdit(turnId, { prompt, pictures: keptPictures(attachments) })}
        >
          <Pencil className="size-3.5" />
        </IconButton>
        <IconButton label="Remove this message" disabled={busy} onClick={() => onRemove(turnId)}>
          <X className="size-4" />
        </IconButton>
      </div>
    </article>
  ));
