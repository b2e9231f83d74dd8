import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { KeptPicture } from './kept-picture.tsx';
import type { Attached } from './use-attachments.ts';

/** What came with a message; each opens to be looked at. */
export const MessagePictures = ({ pictures }: { readonly pictures: readonly Attached[] }) => {
  const [open, setOpen] = useState<string>();
  const shown = pictures.find(({ key }) => key === open);
  if (pictures.length === 0) return null;
  return (
    <>
      <ul aria-label="Pictures" className="mb-1.5 flex flex-wrap justify-end gap-2">
        {pictures.map((picture, index) => (
          <li key={picture.key}>
            {'kept' in picture ? (
              <button
                type="button"
                aria-label={`Look at picture ${index + 1}`}
                onClick={() => setOpen(picture.key)}
                className="block rounded-lg"
              >
                <KeptPicture id={picture.kept.id} alt={`Picture ${index + 1}`} className="size-24" />
              </button>
            ) : (
              <img
                src={picture.url}
                alt={picture.name}
                className="size-24 rounded-lg border border-line bg-sunken object-contain opacity-70"
              />
            )}
          </li>
        ))}
      </ul>
      {shown !== undefined && 'kept' in shown ? (
        <Dialog title={shown.name} onClose={() => setOpen(undefined)}>
          <KeptPicture id={shown.kept.id} alt={shown.name} className="mt-4 max-h-[65dvh] min-h-24 w-full" />
          <div className="mt-5 flex justify-end">
            <Button autoFocus onClick={() => setOpen(undefined)}>
              Close
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
};
