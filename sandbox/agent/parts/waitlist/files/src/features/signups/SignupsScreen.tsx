import { useEffect, useState } from 'react';
import type { NewSignup } from '../../../shared/signups.ts';
import app from '../../app.config.json';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../lib/api.ts';
import { useSubmission } from '../../lib/useSubmission.ts';
import { SignupForm } from './SignupForm.tsx';

type Status = 'joined' | 'already joined';

export function SignupsScreen() {
  const { state, isOpen, error, send } = useSubmission<NewSignup, Status>('signups');
  const count = useCount(state);

  return (
    <main className="relative isolate grid min-h-dvh place-items-center overflow-hidden px-5 py-16">
      <div
        aria-hidden="true"
        className="-z-10 -translate-x-1/2 -top-48 absolute left-1/2 size-[36rem] rounded-full bg-accent/20 blur-3xl"
      />
      <div className="grid w-full max-w-md gap-8 text-center">
        <header className="grid gap-4">
          <h1 className="wrap-anywhere text-balance font-semibold text-4xl tracking-tight sm:text-5xl">
            {app.title}
          </h1>
          <p className="mx-auto max-w-sm text-balance text-lg text-muted">{app.tagline}</p>
        </header>

        <div role="status" className="empty:hidden">
          {!isOpen && (
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

        {isOpen && <SignupForm busy={state === 'sending'} onSend={send} />}
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

/** How many are on the list; asked again when that may have changed. A page without it is still a page. */
function useCount(state: string): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (state === 'sending') return;
    api<{ count: number }>('GET', '/signups')
      .then((answer) => setCount(answer.count))
      .catch((reason: Error) => console.warn(reason.message));
  }, [state]);
  return count;
}
