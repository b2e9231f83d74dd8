import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { NotFound } from '../not-found.tsx';
import { ApiProblem, explain } from '../server/problem.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { operatorApi } from './api.ts';
import { rememberOperator } from './remembered.ts';
import { SignIn } from './sign-in.tsx';

type State =
  | { readonly name: 'asking' | 'in' | 'out' }
  | { readonly name: 'off'; readonly why: string }
  | { readonly name: 'failed'; readonly why: string };

const stateAfter = (error: unknown): State =>
  error instanceof ApiProblem && error.code === 'operator_disabled'
    ? { name: 'off', why: error.message }
    : { name: 'failed', why: explain(error) };

/** Lets operators in, and asks everybody else for the token. `onSignedOut` is for whoever learns it from the server. */
export const Gate = ({ children }: { readonly children: (onSignedOut: () => void) => ReactNode }) => {
  const [state, setState] = useState<State>({ name: 'asking' });

  const ask = useCallback(async (): Promise<void> => {
    try {
      const session = await operatorApi.session();
      rememberOperator(session.signedIn ? session.expiresAt : undefined);
      setState({ name: session.signedIn ? 'in' : 'out' });
    } catch (error) {
      setState(stateAfter(error));
    }
  }, []);
  useEffect(() => void ask(), [ask]);

  const onSignedOut = useCallback((): void => {
    rememberOperator(undefined);
    setState({ name: 'out' });
  }, []);

  switch (state.name) {
    case 'asking':
      return <div className="h-dvh bg-canvas" aria-busy="true" />;
    case 'out':
      return <SignIn onSignedIn={() => void ask()} />;
    case 'off':
      return <NotFound sentence={state.why} />;
    case 'failed':
      return (
        <main className="mx-auto max-w-md px-5 py-24">
          <Notice
            action={
              <Button small onClick={() => void ask()}>
                Try again
              </Button>
            }
          >
            {state.why}
          </Notice>
        </main>
      );
    default:
      return children(onSignedOut);
  }
};
