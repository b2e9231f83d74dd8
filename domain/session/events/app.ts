import type { Event } from './event.ts';

/**
 * `page`: thrown or logged in the browser · `build`: the code does not compile · `server`: a route of the app's answered
 * with 5xx · `crash`: the dev server ended.
 */
export type AppErrorSource = 'page' | 'build' | 'server' | 'crash';

export type AppEvent =
  | Event<
      'AppErrorSeen',
      {
        /** Says that two errors are the same one: an HMAC of the normalised message, under the session's own key. */
        fingerprint: string;
        source: AppErrorSource;
        /** The commit the app stood at. */
        sha: string;
        message: string;
        /** The stack, or the log around it. */
        detail?: string;
      }
    >
  /** Somebody looks at it, or its page speaks to its server: said now and then, and only that it is not abandoned. */
  | Event<'AppUsed', Record<string, never>>;
