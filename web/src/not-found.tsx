import { useEffect } from 'react';
import { OpenHere } from './open-here.tsx';
import { Link } from './routing/link.tsx';
import { ThemeButton } from './ui/theme-button.tsx';
import { Wordmark } from './ui/wordmark.tsx';

const SOLID =
  'mt-6 inline-flex h-10 items-center rounded-lg bg-solid px-4 text-small font-medium text-on-solid hover:bg-solid-hover';
const QUIET = 'mt-6 text-small text-ink-2 underline underline-offset-2 hover:text-ink';

export const NotFound = ({
  sentence,
  isElsewhere = false,
}: {
  readonly sentence: string;
  /** What is not here may be open in another browser of the same person. */
  readonly isElsewhere?: boolean;
}) => {
  useEffect(() => {
    document.title = 'Not found · mk0r';
  }, []);
  return (
    <div className="mx-auto flex min-h-dvh max-w-3xl flex-col px-5">
      <header className="flex h-14 items-center justify-between">
        <Wordmark />
        <ThemeButton />
      </header>
      <main className="flex flex-1 flex-col items-start justify-center pb-24">
        <h1 className="max-w-xl text-3xl font-semibold tracking-[-0.02em] text-balance">{sentence}</h1>
        {isElsewhere ? <OpenHere /> : null}
        <Link href="/" className={isElsewhere ? QUIET : SOLID}>
          Start a new app
        </Link>
      </main>
    </div>
  );
};
