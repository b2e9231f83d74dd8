import { type DragEvent, type ReactNode, useEffect, useState } from 'react';
import { cx } from '../ui/cx.ts';

type Files = (files: readonly File[]) => void;

const filesIn = ({ files }: DataTransfer): readonly File[] => [...files];
const hasFiles = ({ types }: DataTransfer): boolean => types.includes('Files');

/** A form that takes pictures dropped on it and pasted into it, and says so while one is held over it. */
export const PictureTarget = ({
  disabled,
  onFiles,
  onSubmit,
  className,
  children,
}: {
  readonly disabled: boolean;
  readonly onFiles: Files;
  readonly onSubmit: () => void;
  readonly className: string;
  readonly children: ReactNode;
}) => {
  const [isOver, setOver] = useState(false);
  // Dropped beside it, a browser would leave the page for the picture.
  useEffect(() => {
    const stay = (event: globalThis.DragEvent): void => {
      if (event.dataTransfer !== null && hasFiles(event.dataTransfer)) event.preventDefault();
    };
    addEventListener('dragover', stay);
    addEventListener('drop', stay);
    return () => {
      removeEventListener('dragover', stay);
      removeEventListener('drop', stay);
    };
  }, []);
  const over = (event: DragEvent): void => {
    if (disabled || !hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    setOver(true);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
      onDragOver={over}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOver(false);
      }}
      onDrop={(event) => {
        if (disabled || !hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        setOver(false);
        onFiles(filesIn(event.dataTransfer));
      }}
      onPaste={(event) => {
        const files = filesIn(event.clipboardData);
        // What is copied from a document is text first, with a picture of it beside.
        if (disabled || files.length === 0 || event.clipboardData.types.includes('text/plain')) return;
        event.preventDefault();
        onFiles(files);
      }}
      className={cx('relative', className)}
    >
      {children}
      {isOver ? (
        <p
          aria-hidden="true"
          className="pointer-events-none absolute inset-0 grid place-items-center rounded-2xl border-2 border-dashed border-alive bg-surface/95 text-small font-medium text-ink"
        >
          Drop to attach
        </p>
      ) : null}
    </form>
  );
};
