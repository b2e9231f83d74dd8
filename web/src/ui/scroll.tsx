import type { ReactNode } from 'react';
import { cx } from './cx.ts';

/** A region that scrolls has to be reachable by keyboard, or what is out of sight stays so (WCAG 2.1.1). */
const REACHABLE = { tabIndex: 0 } as const;

export const Scroll = ({
  label,
  className,
  children,
}: {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}) => (
  <section
    {...REACHABLE}
    aria-label={label}
    className={cx('overflow-auto focus-visible:-outline-offset-2', className)}
  >
    {children}
  </section>
);
