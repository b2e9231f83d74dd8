import { useEffect, useRef, useState } from 'react';
import { Link } from './routing/link.tsx';
import { navigate } from './routing/router.ts';
import { commandId } from './server/client.ts';
import { explain } from './server/problem.ts';
import { join } from './server/session.ts';
import { ThemeButton } from './ui/theme-button.tsx';
import { Wordmark } from './ui/wordmark.tsx';

/** What follows the `#`, which no server is sent; taken out of the address at once, so that it is in no history. */
const takeSecret = (): string => {
  const secret = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  return secret;
};

/** Where a one-time link leads: this browser is let in, and goes on to the app. */
export const JoinScreen = ({ sessionId }: { readonly sessionId: string }) => {
  const [problem, setProblem] = useState<string>();
  const used = useRef(false);
  useEffect(() => {
    document.title = 'Opening your app · mk0r';
    if (used.current) return;
    used.current = true;
    join(sessionId, takeSecret(), commandId()).then(
      () => navigate(`/s/${sessionId}`),
      (error: unknown) => setProblem(explain(error)),
    );
  }, [sessionId]);
  return (
    <div className="mx-auto flex min-h-dvh max-w-3xl flex-col px-5">
      <header className="flex h-14 items-center justify-between">
        <Wordmark />
        <ThemeButton />
      </header>
      <main
        className="flex flex-1 flex-col items-start justify-center pb-24"
        aria-busy={problem === undefined}
      >
        <h1 className="max-w-xl text-3xl font-semibold tracking-[-0.02em] text-balance">
          {problem === undefined ? 'Opening your app in this browser' : 'This link does not open'}
        </h1>
        <p role="status" className="mt-3 max-w-lg text-ink-2">
          {problem ?? 'The link is used up by this; from now on the app opens here by itself.'}
        </p>
        {problem === undefined ? null : (
          <Link
            href="/"
            className="mt-6 inline-flex h-10 items-center rounded-lg bg-solid px-4 text-small font-medium text-on-solid hover:bg-solid-hover"
          >
            To the first page
          </Link>
        )}
      </main>
    </div>
  );
};
