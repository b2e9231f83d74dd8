import { RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { explain } from '../../server/problem.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { Loaded } from '../../ui/use-loaded.ts';

/** A part of the backend with its states: loading, failed with Retry, empty with a sentence, or what it holds. */
export const Panel = <T,>({
  title,
  loaded,
  children,
}: {
  readonly title: string;
  readonly loaded: Loaded<T>;
  readonly children: (value: T) => ReactNode;
}) => (
  <section aria-label={title} aria-busy={loaded.loading}>
    <div className="mb-2 flex h-8 items-center justify-between">
      <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
      <IconButton label={`Refresh ${title.toLowerCase()}`} onClick={loaded.reload}>
        <RotateCw className="size-4" />
      </IconButton>
    </div>
    {loaded.error === undefined ? null : (
      <Notice
        className="mb-3"
        action={
          <Button small onClick={loaded.reload}>
            Try again
          </Button>
        }
      >
        {explain(loaded.error)}
      </Notice>
    )}
    {loaded.value === undefined ? (
      <p className="text-small text-ink-3">{loaded.loading ? 'Loading' : ''}</p>
    ) : (
      children(loaded.value)
    )}
  </section>
);

export const Empty = ({ children }: { readonly children: ReactNode }) => (
  <p className="rounded-xl border border-dashed border-line-strong px-4 py-6 text-center text-small text-ink-2">
    {children}
  </p>
);
