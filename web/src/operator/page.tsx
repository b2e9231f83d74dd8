import { LogOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '../routing/link.tsx';
import { useCommand } from '../session/use-command.ts';
import { IconButton } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { ThemeButton } from '../ui/theme-button.tsx';
import { Wordmark } from '../ui/wordmark.tsx';
import { operatorApi } from './api.ts';

const PAGES = [
  ['/operations', 'Operations'],
  ['/audit', 'Audit'],
] as const;

/** What the operator's pages have in common: where one is, what else there is, and the way out. */
export const OperatorPage = ({
  current,
  state,
  fixed = false,
  onSignedOut,
  children,
}: {
  readonly current: (typeof PAGES)[number][0];
  /** Whether what is shown is up to date. */
  readonly state?: ReactNode;
  /** As high as the window, with parts that scroll by themselves. */
  readonly fixed?: boolean;
  readonly onSignedOut: () => void;
  readonly children: ReactNode;
}) => {
  const signOut = useCommand(async () => {
    await operatorApi.signOut();
    onSignedOut();
  });
  return (
    <div className={cx('flex flex-col', fixed ? 'h-dvh overflow-hidden' : 'min-h-dvh')}>
      <header className="sticky top-0 z-10 flex h-12 shrink-0 items-center gap-3 border-b border-line bg-canvas pr-2 pl-4">
        <Wordmark />
        <nav aria-label="Operator" className="flex h-full gap-1 border-l border-line-strong pl-2">
          {PAGES.map(([href, name]) => (
            <Link
              key={href}
              href={href}
              aria-current={href === current ? 'page' : undefined}
              className="relative flex items-center px-2 text-small font-medium text-ink-3 transition-colors hover:text-ink aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-2 aria-[current=page]:after:bottom-0 aria-[current=page]:after:h-0.5 aria-[current=page]:after:rounded-full aria-[current=page]:after:bg-ink"
            >
              {name}
            </Link>
          ))}
        </nav>
        <div className="flex min-w-0 flex-1 justify-end">{state}</div>
        <div className="flex shrink-0">
          <ThemeButton />
          <IconButton label="Sign out" disabled={signOut.busy} onClick={() => void signOut.run()}>
            <LogOut className="size-4" />
          </IconButton>
        </div>
      </header>
      {children}
    </div>
  );
};
