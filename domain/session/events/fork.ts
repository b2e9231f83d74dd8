import type { Event, Outcome } from './event.ts';
import type { TableSize } from './history.ts';

export type ForkEvent =
  /** Claimed as a fork: it begins with the code another session of its owner's had at `commit`. Nothing of that one changes. */
  | Event<
      'SessionForked',
      {
        /** The session it is forked from, and its slug. */
        from: string;
        slug: string;
        commit: string;
        data: 'kept' | 'empty';
        /** The checkpoint of that session its data is of, where that comes along. */
        checkpointId?: string;
        /** What that session was called, and the version in it. */
        title: string;
        version: string;
      }
    >
  | Event<'DataForked', Outcome<{ checkpointId: string; tables: readonly TableSize[] }>>
  | Event<'CodeForked', Outcome<{ sha: string }>>
  /** What of it was given up on is tried again. */
  | Event<'ForkRetryRequested', Record<string, never>>;
