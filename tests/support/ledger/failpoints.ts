/**
 * A place in the code where a process can be killed, by name, and how often it is passed before that. Passing a point
 * costs a count; the server's own binary has none: they are put around the ports of a process that is started to die.
 * With `SIGSTOP` it stands still there instead, until it is told to go on.
 */
export type Failpoint = {
  readonly point: string;
  readonly nth: number;
  readonly signal?: 'SIGKILL' | 'SIGSTOP';
};

/** Around what is done here, `before` and `after`; around a call to the world outside also once it is done there. */
export type Moment = 'before' | 'committed' | 'answered' | 'after' | 'done';

export const pointOf = (what: string, moment: Moment): string => `${what}: ${moment}`;

export type Failpoints = {
  /** The process may end here. */
  readonly pass: (what: string, moment: Moment) => void;
  /** Before a call to the world outside; `true`: the process is to be killed from there, once the call is done. */
  readonly passCall: (what: string) => boolean;
  readonly passed: () => Readonly<Record<string, number>>;
};

export const createFailpoints = (armed: Failpoint | undefined): Failpoints => {
  const passed = new Map<string, number>();

  const isReached = (point: string): boolean => {
    const times = (passed.get(point) ?? 0) + 1;
    passed.set(point, times);
    return armed?.point === point && armed.nth === times;
  };

  const pass: Failpoints['pass'] = (what, moment) => {
    // The signal is delivered before the call returns.
    if (isReached(pointOf(what, moment))) process.kill(process.pid, armed?.signal ?? 'SIGKILL');
  };

  return {
    pass,
    passCall: (what) => {
      pass(what, 'before');
      return isReached(pointOf(what, 'committed'));
    },
    passed: () => Object.fromEntries(passed),
  };
};
