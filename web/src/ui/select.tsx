import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

/** The browser's own list of choices, with its keyboard and its phone picker. `label` is its name, and what it says
 * while nothing is chosen. */
export const Select = ({
  label,
  value,
  onValue,
  onFocus,
  children,
  className,
}: {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly onFocus?: () => void;
  readonly children: ReactNode;
  readonly className?: string;
}) => (
  <span className={cx('relative inline-flex min-w-0', className)}>
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onValue(event.target.value)}
      onFocus={onFocus}
      className={cx(
        'h-8 w-full min-w-0 appearance-none truncate rounded-lg border bg-surface pr-7 pl-2.5 text-small transition-colors hover:border-control',
        value === '' ? 'border-line-strong text-ink-2' : 'border-control font-medium text-ink',
      )}
    >
      {children}
    </select>
    <ChevronDown
      aria-hidden="true"
      className="pointer-events-none absolute top-1/2 right-2 size-3.5 -translate-y-1/2 text-ink-3"
    />
  </span>
);
