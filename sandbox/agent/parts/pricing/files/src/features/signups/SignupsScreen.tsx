import { useState } from 'react';
import type { NewSignup } from '../../../shared/signups.ts';
import app from '../../app.config.json';
import { Notice } from '../../components/Notice.tsx';
import { track } from '../../lib/analytics.ts';
import { useSubmission } from '../../lib/useSubmission.ts';
import { PlanCard } from './PlanCard.tsx';
import { plans } from './plans.ts';
import { SignupForm } from './SignupForm.tsx';

type Status = 'joined' | 'already joined';

export function SignupsScreen() {
  const { state, isOpen, error, send } = useSubmission<NewSignup, Status>('signups');
  const [chosen, setChosen] = useState('');
  const choose = (plan: string) => {
    track('plan chosen', { plan });
    setChosen(plan);
  };

  return (
    <main className="relative isolate mx-auto grid grid-cols-1 max-w-5xl gap-10 overflow-hidden px-5 py-14 sm:py-20">
      <div
        aria-hidden="true"
        className="-z-10 -translate-x-1/2 -top-64 absolute left-1/2 size-[40rem] rounded-full bg-accent/15 blur-3xl"
      />
      <header className="grid gap-3 text-center">
        <h1 className="wrap-anywhere text-balance font-semibold text-4xl tracking-tight sm:text-5xl">
          {app.title}
        </h1>
        <p className="mx-auto max-w-md text-balance text-lg text-muted">{app.tagline}</p>
      </header>

      <ul className="grid gap-4 md:grid-cols-3" aria-label="Plans">
        {plans.map((plan) => (
          <PlanCard key={plan.name} plan={plan} chosen={plan.name === chosen} onChoose={choose} />
        ))}
      </ul>

      {chosen && (
        <section className="card mx-auto grid w-full max-w-md gap-4 p-6" aria-label="Your address">
          {isOpen ? (
            <>
              <h2 className="font-semibold text-lg">Start with {chosen}</h2>
              <SignupForm chosen={{ plan: chosen }} busy={state === 'sending'} onSend={send} />
            </>
          ) : (
            <p role="status" className="text-center">
              <strong className="block text-xl">
                {state === 'joined' ? 'Thank you!' : 'You are on the list already.'}
              </strong>
              <span className="text-muted">We will write to you very soon.</span>
            </p>
          )}
          <Notice message={error} />
        </section>
      )}
    </main>
  );
}
