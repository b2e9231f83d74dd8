import { useEffect, useState } from 'react';
import type { NewBooking } from '../../../shared/bookings.ts';
import type { Slot } from '../../../shared/slots.ts';
import app from '../../app.config.json';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../lib/api.ts';
import { useSubmission } from '../../lib/useSubmission.ts';
import { BookingForm } from './BookingForm.tsx';
import { longDay, SlotPicker } from './SlotPicker.tsx';

export function BookingsScreen() {
  const { state, isOpen, error, send } = useSubmission<NewBooking, 'booked'>('bookings');
  const [taken, problem] = useTaken(state);
  const [chosen, setChosen] = useState<Slot>();

  return (
    <main className="mx-auto grid grid-cols-1 max-w-2xl gap-6 px-4 pt-10 pb-16 sm:pt-16">
      <header className="grid gap-2">
        <h1 className="wrap-anywhere text-balance font-semibold text-3xl tracking-tight sm:text-4xl">
          {app.title}
        </h1>
        <p className="text-lg text-muted">{app.tagline}</p>
      </header>

      {isOpen ? (
        <>
          <SlotPicker taken={taken} chosen={chosen} onChoose={setChosen} />
          {chosen && (
            <section className="card grid gap-4 p-5" aria-label="About you">
              <h2 className="font-semibold text-lg">
                {longDay(chosen.day)} at {chosen.time}
              </h2>
              <BookingForm chosen={chosen} busy={state === 'sending'} onSend={send} />
            </section>
          )}
        </>
      ) : (
        <section role="status" className="card grid gap-2 py-12 text-center">
          <p className="font-semibold text-2xl">You are booked.</p>
          {chosen && (
            <p className="text-muted">
              {longDay(chosen.day)} at {chosen.time}. A mail with it is on its way.
            </p>
          )}
        </section>
      )}
      <Notice message={error ?? problem} />
    </main>
  );
}

/** Which times are gone; asked again whenever that may have changed. */
function useTaken(state: string): [readonly Slot[], string | undefined] {
  const [taken, setTaken] = useState<readonly Slot[]>([]);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    if (state === 'sending') return;
    api<Slot[]>('GET', '/bookings')
      .then(setTaken)
      .catch((reason: Error) => setProblem(reason.message));
  }, [state]);
  return [taken, problem];
}
