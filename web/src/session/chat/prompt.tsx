import { Wrench } from 'lucide-react';
import { MessagePictures } from '../../pictures/message-pictures.tsx';
import type { Attached } from '../../pictures/use-attachments.ts';

const NONE: readonly Attached[] = [];

/** What the visitor said, or had said for them to have an error fixed. */
export const Prompt = ({
  text,
  pictures = NONE,
  fixes = false,
  note,
}: {
  readonly text: string;
  readonly pictures?: readonly Attached[];
  readonly fixes?: boolean;
  readonly note?: string;
}) => (
  <div className="ml-auto w-fit max-w-[92%]">
    <MessagePictures pictures={pictures} />
    {fixes ? (
      <details className="rounded-2xl rounded-br-md bg-bubble px-4 py-2.5">
        <summary className="flex items-center gap-2">
          <Wrench aria-hidden="true" className="size-4 shrink-0 text-ink-3" />
          Fix the error
        </summary>
        <p className="mt-2 text-small whitespace-pre-wrap wrap-anywhere text-ink-2">{text}</p>
      </details>
    ) : (
      <p className="ml-auto w-fit rounded-2xl rounded-br-md bg-bubble px-4 py-2.5 whitespace-pre-wrap wrap-anywhere">
        {text}
      </p>
    )}
    {note === undefined ? null : <p className="mt-1 text-right text-small text-ink-3">{note}</p>}
  </div>
);
