import { Button } from '../../ui/button.tsx';

/** What the visitor said. While it waits for its turn it can still be taken back. */
export const Prompt = ({
  text,
  queued = false,
  note,
  onCancel,
}: {
  readonly text: string;
  readonly queued?: boolean;
  readonly note?: string;
  readonly onCancel?: () => void;
}) => (
  <div className="ml-auto w-fit max-w-[92%]">
    <p className="rounded-2xl rounded-br-md bg-bubble px-4 py-2.5 whitespace-pre-wrap wrap-anywhere">
      {text}
    </p>
    {queued ? (
      <div className="mt-1 flex items-center justify-end gap-1 text-small text-ink-3">
        Waits for its turn
        <Button small look="quiet" onClick={onCancel}>
          Remove
        </Button>
      </div>
    ) : null}
    {note === undefined ? null : <p className="mt-1 text-right text-small text-ink-3">{note}</p>}
  </div>
);
