import { useState } from 'react';
import { api } from './api.ts';

/** `open`, `sending`, or what the server said became of it. */
export type SubmissionState<Status extends string> = 'open' | 'sending' | Status;

/** A form that is sent to `/api/<name>`; where that fails, it stays open with what was typed, and says why. */
export function useSubmission<Values, Status extends string>(name: string) {
  const [state, setState] = useState<SubmissionState<Status>>('open');
  const [error, setError] = useState<string>();

  const send = async (values: Values) => {
    setState('sending');
    setError(undefined);
    try {
      setState((await api<{ status: Status }>('POST', `/${name}`, values)).status);
    } catch (reason) {
      setState('open');
      setError(reason instanceof Error ? reason.message : 'That did not work. Try again.');
    }
  };

  return { state, isOpen: state === 'open' || state === 'sending', error, send };
}
