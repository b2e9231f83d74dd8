import { useCallback, useEffect, useState } from 'react';
import type { SignupAnswer, SignupCount } from '../../../shared/signups.ts';
import { api } from '../../lib/api.ts';

type State = 'open' | 'sending' | SignupAnswer['status'];

export function useSignup() {
  const [count, setCount] = useState(0);
  const [state, setState] = useState<State>('open');
  const [error, setError] = useState<string>();

  const load = useCallback(async () => setCount((await api<SignupCount>('GET', '/signups')).count), []);
  useEffect(() => {
    load().catch((reason: Error) => setError(reason.message));
  }, [load]);

  const join = async (email: string) => {
    setState('sending');
    setError(undefined);
    try {
      const answer = await api<SignupAnswer>('POST', '/signups', { email });
      setState(answer.status);
      await load();
    } catch (reason) {
      setState((now) => (now === 'sending' ? 'open' : now));
      setError(reason instanceof Error ? reason.message : 'That did not work. Try again.');
    }
  };

  return { count, state, error, join };
}
