import { type FormEvent, useState } from 'react';
import { useCommand } from '../session/use-command.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { ThemeButton } from '../ui/theme-button.tsx';
import { Wordmark } from '../ui/wordmark.tsx';
import { operatorApi } from './api.ts';

/** Trades the operator's token for a cookie this page cannot read; the token itself is kept nowhere in the browser. */
export const SignIn = ({ onSignedIn }: { readonly onSignedIn: () => void }) => {
  const [token, setToken] = useState('');
  const signIn = useCommand(async () => {
    await operatorApi.signIn(token.trim());
    setToken('');
    onSignedIn();
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') void signIn.run();
  };
  return (
    <div className="mx-auto flex min-h-dvh max-w-md flex-col px-5">
      <header className="flex h-14 items-center justify-between">
        <Wordmark />
        <ThemeButton />
      </header>
      <main className="flex flex-1 flex-col justify-center pb-24">
        <h1 className="text-2xl font-semibold tracking-[-0.02em]">Operators only</h1>
        <p className="mt-2 text-pretty text-ink-2">
          Sign in with the token this server was started with (
          <code className="font-mono text-small">ADMIN_TOKEN</code>
          ). This browser keeps a cookie for twelve hours, and not the token.
        </p>
        <form onSubmit={submit} className="mt-6 space-y-3">
          <label className="block text-small font-medium" htmlFor="operator-token">
            Operator token
          </label>
          <input
            id="operator-token"
            type="password"
            autoComplete="off"
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
            className="h-10 w-full rounded-lg border border-control bg-surface px-3 font-mono text-small"
          />
          {signIn.problem === undefined ? null : <Notice>{signIn.problem}</Notice>}
          <Button type="submit" look="solid" disabled={signIn.busy} aria-busy={signIn.busy}>
            Sign in
          </Button>
        </form>
      </main>
    </div>
  );
};
