import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

/** What went wrong, where it went wrong, with one next action. Announced by screen readers when it appears. */
export const Notice = ({
  children,
  action,
  className,
}: {
  readonly children: ReactNode;
  readonly action?: ReactNode;
  readonly className?: string;
}) => (
  <div
    role="alert"
    className={cx(
      'flex animate-arrive items-start gap-2.5 rounded-lg bg-bad-soft px-3 py-2 text-small text-ink',
      className,
    )}
  >
    <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-bad" />
    <div className="min-w-0 flex-1 wrap-anywhere">{children}</div>
    {action}
  </div>
);
