import { type FormEvent, useState } from 'react';

export function SignupForm({ busy, onJoin }: { busy: boolean; onJoin: (email: string) => void }) {
  const [email, setEmail] = useState('');

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onJoin(email);
  };

  return (
    <form onSubmit={submit} className="grid gap-3 text-left sm:grid-cols-[1fr_auto] sm:items-end">
      <label className="label">
        Email
        <input
          className="field"
          type="email"
          name="email"
          autoComplete="email"
          placeholder="you@example.com"
          maxLength={254}
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </label>
      <button type="submit" className="button" disabled={busy}>
        Join the waitlist
      </button>
    </form>
  );
}
