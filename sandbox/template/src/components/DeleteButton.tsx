import { useState } from 'react';

type Props = { what: string; onDelete: () => void };

/** Deletes on the second press. Not `confirm()`: browsers refuse dialogs to a page inside another site's frame. */
export function DeleteButton({ what, onDelete }: Props) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <button
        type="button"
        className="button-quiet size-9 shrink-0 p-0"
        aria-label={`Delete ${what}`}
        onClick={() => setAsking(true)}
      >
        <svg viewBox="0 0 20 20" className="size-4" fill="none" stroke="currentColor" aria-hidden="true">
          <path d="M5 5l10 10M15 5L5 15" strokeWidth="1.75" strokeLinecap="round" />
        </svg>
      </button>
    );
  }
  return (
    <span className="flex shrink-0 items-center text-sm">
      <button
        type="button"
        className="button-quiet text-danger"
        aria-label={`Really delete ${what}`}
        onClick={onDelete}
      >
        Delete
      </button>
      <button
        type="button"
        className="button-quiet"
        aria-label={`Keep ${what}`}
        onClick={() => setAsking(false)}
      >
        Keep
      </button>
    </span>
  );
}
