import { useEffect } from 'react';
import { isOperatorHere } from '../operator/remembered.ts';
import { Link } from '../routing/link.tsx';
import { config } from '../server/config.ts';
import { prewarm } from '../server/first.ts';
import { idToken } from '../server/identity.ts';
import { ThemeButton } from '../ui/theme-button.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import { Wordmark } from '../ui/wordmark.tsx';
import { PromptBox } from './prompt-box.tsx';
import { RecentApps } from './recent-apps.tsx';
import { WarmLine } from './warm-line.tsx';

/** `onIdle` runs once the page is usable: the moment to fetch what comes next. */
export const FirstScreen = ({ onIdle }: { readonly onIdle: () => void }) => {
  const { value: settings } = useLoaded(config, 'config');
  useEffect(() => {
    document.title = 'mk0r: one sentence, a running app';
    prewarm();
    onIdle();
    idToken().catch(() => undefined); // Told again, to the person, when something is sent.
  }, [onIdle]);

  return (
    <div className="mx-auto flex min-h-dvh max-w-3xl flex-col px-5">
      <header className="flex h-14 shrink-0 items-center justify-between">
        <Wordmark />
        <div className="flex items-center gap-1">
          <a
            href="/docs"
            className="rounded-lg px-3 py-1.5 text-small text-ink-2 hover:bg-sunken hover:text-ink"
          >
            API
          </a>
          <ThemeButton />
        </div>
      </header>
      <main className="flex-1 pt-[max(2rem,13dvh)] pb-16">
        <h1 className="max-w-2xl text-[clamp(2rem,1.2rem+3.4vw,3.25rem)] leading-[1.06] font-semibold tracking-[-0.035em] text-balance">
          One sentence. A running app, with its backend already&nbsp;there.
        </h1>
        <div className="mt-8">
          <PromptBox
            {...(settings === undefined ? {} : { agent: settings.agent, limit: settings.limits.promptChars })}
          />
        </div>
        <div className="mt-8">
          <WarmLine />
        </div>
        <RecentApps />
      </main>
      <footer className="min-h-20 border-t border-line py-5 text-small text-ink-3">
        {settings === undefined ? null : (
          <div className="max-w-2xl animate-arrive text-pretty">
            <p>Isolation: {settings.isolation.summary.replace(/\.?$/, '.')}</p>
            <p>
              No account: a prompt has up to {settings.limits.promptChars.toLocaleString('en')} characters
              {settings.limits.idleDays === 0
                ? ''
                : `, and an app nobody uses for ${settings.limits.idleDays} days is deleted`}
              . Agent: {settings.agent}.
            </p>
            {isOperatorHere() ? (
              <Link href="/operations" className="underline underline-offset-2 hover:text-ink">
                Operations
              </Link>
            ) : null}
          </div>
        )}
      </footer>
    </div>
  );
};
