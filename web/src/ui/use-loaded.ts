import { useCallback, useEffect, useRef, useState } from 'react';

type State<T> = {
  readonly value: T | undefined;
  readonly error: unknown;
  /** Which question the state answers. */
  readonly answers: string;
};

export type Loaded<T> = {
  readonly value: T | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  readonly reload: () => void;
};

/**
 * Loads on mount and whenever `key` changes; the last value stays while the next one loads, so nothing jumps.
 * `load` is given a signal that aborts when its answer is no longer wanted.
 */
export const useLoaded = <T>(load: (signal: AbortSignal) => Promise<T>, key: string): Loaded<T> => {
  const [state, setState] = useState<State<T>>({ value: undefined, error: undefined, answers: '' });
  const [round, setRound] = useState(0);
  const question = `${round}:${key}`;
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    const stop = new AbortController();
    latest
      .current(stop.signal)
      .then((value) => {
        if (!stop.signal.aborted) setState({ value, error: undefined, answers: question });
      })
      .catch((error: unknown) => {
        if (!stop.signal.aborted) setState((before) => ({ ...before, error, answers: question }));
      });
    return () => stop.abort();
  }, [question]);

  const reload = useCallback(() => setRound((count) => count + 1), []);
  return { value: state.value, error: state.error, loading: state.answers !== question, reload };
};
