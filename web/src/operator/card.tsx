import type { ReactNode } from 'react';
import { cx } from '../ui/cx.ts';

/** One subject of the operations page. */
export const Card = ({
  id,
  title,
  about,
  action,
  className,
  children,
}: {
  /** Where links on the same page lead. */
  readonly id?: string;
  readonly title: string;
  /** What it shows, in one line, where the title alone does not say. */
  readonly about?: ReactNode;
  readonly action?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}) => (
  <section
    id={id}
    aria-label={title}
    className={cx(
      '@container flex scroll-mt-16 min-w-0 flex-col rounded-xl border border-line bg-surface p-4',
      className,
    )}
  >
    <div className="mb-3 flex min-h-7 items-start justify-between gap-3">
      <div className="min-w-0">
        <h2 className="leading-7 font-semibold tracking-tight">{title}</h2>
        {about === undefined ? null : <p className="text-small text-pretty text-ink-3">{about}</p>}
      </div>
      {action}
    </div>
    {children}
  </section>
);

/** Says what it means that there is nothing. */
export const Nothing = ({ children }: { readonly children: ReactNode }) => (
  <p className="flex min-h-16 items-center justify-center rounded-lg border border-dashed border-line-strong px-4 py-3 text-center text-small text-pretty text-ink-2">
    {children}
  </p>
);

/** A figure and what it is of. */
export const Figure = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="truncate text-small text-ink-3">{name}</dt>
    <dd className="text-lg leading-7 font-semibold tracking-tight tabular">{children}</dd>
  </div>
);
