import { type ReactNode, useEffect, useRef } from 'react';

/** The browser's own modal dialog: focus trap, Escape and the inert page behind it come with it. */
export const Dialog = ({
  title,
  children,
  onClose,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
}) => {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      aria-label={title}
      onClose={onClose}
      className="m-auto w-[min(30rem,calc(100vw-2rem))] rounded-2xl border border-line bg-surface p-6 text-ink shadow-raised"
    >
      <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
      {children}
    </dialog>
  );
};
