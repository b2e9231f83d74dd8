import app from '../../app.config.json';
import { Notice } from '../../components/Notice.tsx';
import { SignupForm } from './SignupForm.tsx';
import { useSignup } from './useSignup.ts';

export function SignupsScreen() {
  const { count, state, error, join } = useSignup();

  return (
    <main className="relative isolate grid min-h-dvh place-items-center overflow-hidden px-5 py-16">
      <div
        aria-hidden="true"
        className="-z-10 -translate-x-1/2 -top-48 absolute left-1/2 size-[36rem] rounded-full bg-accent/20 blur-3xl"
      />
      <div className="grid w-full max-w-lg gap-8 text-center">
        <header className="grid gap-4">
          <h1 className="wrap-anywhere text-balance font-semibold text-4xl tracking-tight sm:text-5xl">
            {app.title}
          </h1>
          <p className="mx-auto max-w-sm text-balance text-lg text-muted">{app.tagline}</p>
        </header>

        <div role="status">
          {(state === 'joined' || state === 'already joined') && (
            <div className="card grid gap-1 py-8">
              <p className="font-semibold text-xl">
                {state === 'joined' ? 'You are on the list.' : 'You are already on the list.'}
              </p>
              <p className="text-muted">
                {state === 'joined' ? 'Thank you. We will write when it is time.' : 'Nice to see you again.'}
              </p>
            </div>
          )}
        </div>

        {(state === 'open' || state === 'sending') && <SignupForm busy={state === 'sending'} onJoin={join} />}
        <Notice message={error} />

        {count > 0 && (
          <p className="text-muted text-sm">
            {count === 1 ? '1 person is on the list' : `${count} people are on the list`}
          </p>
        )}
      </div>
    </main>
  );
}
