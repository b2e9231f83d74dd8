import { X } from 'lucide-react';
import { MAX_PICTURE_BYTES, MAX_PICTURES } from '../../../domain/session/pictures.ts';
import { KeptPicture } from './kept-picture.tsx';
import type { Attachments } from './use-attachments.ts';

const LIMITS = `Up to ${MAX_PICTURES} pictures of ${MAX_PICTURE_BYTES / 1024 / 1024} MB; larger photos are made smaller.`;

/** The pictures of the message that is being written, each with a way to take it back. */
export const Thumbnails = ({
  pictures: { attached, remove, isPreparing },
  disabled,
  className,
}: {
  readonly pictures: Attachments;
  readonly disabled: boolean;
  readonly className: string;
}) =>
  attached.length === 0 && !isPreparing ? null : (
    <div className={className}>
      <ul aria-label="Attached pictures" className="flex flex-wrap gap-2">
        {attached.map((picture) => (
          <li key={picture.key} className="relative">
            {'kept' in picture ? (
              <KeptPicture id={picture.kept.id} alt={picture.name} className="size-16" />
            ) : (
              <img
                src={picture.url}
                alt={picture.name}
                className="size-16 rounded-lg border border-line bg-sunken object-contain"
              />
            )}
            <button
              type="button"
              aria-label={`Remove ${picture.name}`}
              title="Remove"
              disabled={disabled}
              onClick={() => remove(picture.key)}
              className="absolute -top-2 -right-2 grid size-6 place-items-center rounded-full border border-line-strong bg-surface text-ink-2 hover:border-control hover:text-ink"
            >
              <X aria-hidden="true" className="size-3.5" />
            </button>
          </li>
        ))}
        {isPreparing ? (
          <li className="grid size-16 place-items-center rounded-lg border border-dashed border-line-strong text-micro text-ink-3">
            Reading
          </li>
        ) : null}
      </ul>
      <p className="mt-1.5 text-small text-ink-3">{LIMITS}</p>
    </div>
  );
