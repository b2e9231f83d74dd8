import { type FormEvent, useState } from 'react';
import app from '../../app.config.json';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../lib/api.ts';

type Props = { problem: string | undefined; onSignedIn: (email: string) => void };

/** Asks for an address, then for what the mail to it says: its link, or its code. */
export function SignInScreen({ problem, onSignedIn }: Props) {
  const [asked, setAsked] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(problem);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      if (asked) {
        const proof = { email: asked, code: String(form.get('code')) };
        onSignedIn((await api<{ email: string }>('POST', '/sign-in/confirm', proof)).email);
      } else {
        const email = String(form.get('email'));
        await api('POST', '/sign-in', { email });
        setAsked(email);
      }
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : 'That did not work. Try again.');
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="grid min-h-dvh place-items-center px-5 py-16">
      <div className="grid w-full max-w-sm gap-6">
        <header className="grid gap-1.5 text-center">
          <h1 className="wrap-anywhere text-balance font-semibold text-3xl tracking-tight">{app.title}</h1>
          <p className="text-balance text-muted">
            {asked
              ? `We have written to ${asked}. Open the link in the mail, or enter its code.`
              : 'Sign in with your address. No password: we send you a link.'}
          </p>
        </header>
        <form onSubmit={submit} className="card grid gap-4 p-5">
          {asked ? (
            <label key="code" className="label">
              Code
              <input
                className="field text-center text-xl tracking-[0.4em]"
                name="code"
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={6}
                required
              />
            </label>
          ) : (
            <label key="email" className="label">
              Email
              <input
                className="field"
                name="email"
                type="email"
                autoComplete="email"
                placeholder="you@example.com"
                maxLength={254}
                required
              />
            </label>
          )}
          <button type="submit" className="button" disabled={busy}>
            {asked ? 'Sign in' : 'Send me a link'}
          </button>
          {asked && (
            <button type="button" className="button-quiet" onClick={() => setAsked('')}>
              Use another address
            </button>
          )}
        </form>
        <Notice message={error} />
      </div>
    </main>
  );
}
