import type { NewMessage } from '../../../shared/messages.ts';
import app from '../../app.config.json';
import { Notice } from '../../components/Notice.tsx';
import { useSubmission } from '../../lib/useSubmission.ts';
import { MessageForm } from './MessageForm.tsx';

export function MessagesScreen() {
  const { state, isOpen, error, send } = useSubmission<NewMessage, 'sent'>('messages');

  return (
    <main className="mx-auto grid grid-cols-1 max-w-lg gap-6 px-4 pt-10 pb-16 sm:pt-20">
      <header className="grid gap-2">
        <h1 className="wrap-anywhere text-balance font-semibold text-3xl tracking-tight sm:text-4xl">
          {app.title}
        </h1>
        <p className="text-lg text-muted">{app.tagline}</p>
      </header>
      {isOpen ? (
        <section className="card p-5" aria-label="Your message">
          <MessageForm busy={state === 'sending'} onSend={send} />
        </section>
      ) : (
        <section role="status" className="card grid gap-1 py-12 text-center">
          <p className="font-semibold text-2xl">Thank you.</p>
          <p className="text-muted">Your message has arrived.</p>
        </section>
      )}
      <Notice message={error} />
    </main>
  );
}
