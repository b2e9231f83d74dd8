import { type ComponentType, useEffect, useState } from 'react';
import { api } from '../../lib/api.ts';
import { SignInScreen } from './SignInScreen.tsx';

type Me = { email: string | null };

// Asked once for the whole page: a link works once, and every screen behind the sign-in wants to know.
let known: Promise<Me> | undefined;

function whoIsHere(): Promise<Me> {
  known ??= ask();
  return known;
}

function ask(): Promise<Me> {
  const token = /^#sign-in\/([\w-]+)$/.exec(location.hash)?.[1];
  if (!token) return api<Me>('GET', '/sign-in');
  history.replaceState(null, '', location.pathname);
  return api<Me>('POST', '/sign-in/confirm', { token });
}

/** A screen for those who are signed in; everybody else is asked to. A link from a mail signs in by itself. */
export function behindSignIn(Screen: ComponentType) {
  return function Behind() {
    const [email, setEmail] = useState<string | null>();
    const [error, setError] = useState<string>();

    useEffect(() => {
      whoIsHere()
        .then((me) => setEmail(me.email))
        .catch((reason: Error) => {
          setError(reason.message);
          setEmail(null);
        });
    }, []);

    const is = (now: string | null) => {
      known = Promise.resolve({ email: now });
      setEmail(now);
    };

    if (email === undefined) return null;
    if (email === null) return <SignInScreen problem={error} onSignedIn={is} />;
    return (
      <>
        <p className="flex items-center justify-end gap-1 px-4 pt-2 text-muted text-sm">
          {email}
          <button
            type="button"
            className="button-quiet py-1"
            onClick={() => api('POST', '/sign-in/out').then(() => is(null))}
          >
            Sign out
          </button>
        </p>
        <Screen />
      </>
    );
  };
}
