import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';

type Look = 'solid' | 'outline' | 'quiet' | 'danger';

const LOOKS: Readonly<Record<Look, string>> = {
  solid: 'bg-solid text-on-solid hover:bg-solid-hover disabled:bg-sunken disabled:text-ink-3',
  outline: 'border border-line-strong bg-surface hover:border-control disabled:text-ink-3',
  quiet: 'text-ink-2 hover:bg-sunken hover:text-ink disabled:text-ink-3 disabled:hover:bg-transparent',
  danger: 'bg-bad text-canvas hover:opacity-90 disabled:opacity-60',
};

const SHAPE =
  'inline-flex items-center justify-center gap-1.5 rounded-lg font-medium whitespace-nowrap select-none transition-colors disabled:cursor-not-allowed';

export const Button = ({
  look = 'outline',
  small = false,
  className,
  ...rest
}: ComponentProps<'button'> & { readonly look?: Look; readonly small?: boolean }) => (
  <button
    type="button"
    className={cx(SHAPE, LOOKS[look], small ? 'h-7 px-2.5 text-small' : 'h-9 px-3.5 text-small', className)}
    {...rest}
  />
);

/** A button that is only a picture: its name is spoken, and shown when pointed at. */
export const IconButton = ({
  label,
  children,
  className,
  ...rest
}: Omit<ComponentProps<'button'>, 'aria-label'> & {
  readonly label: string;
  readonly children: ReactNode;
}) => (
  <button
    type="button"
    aria-label={label}
    title={label}
    className={cx(
      SHAPE,
      LOOKS.quiet,
      'size-8 shrink-0 aria-pressed:bg-sunken aria-pressed:text-ink',
      className,
    )}
    {...rest}
  >
    {children}
  </button>
);
