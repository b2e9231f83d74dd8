import type { ServiceName } from '../../services.ts';
import type { Event, Outcome } from './event.ts';

export type EnvEvent =
  | Event<
      'EnvWritten',
      Outcome<{
        /** From 1; one more for each rewrite. */
        version: number;
        names: readonly string[];
        /** HMAC of the file's managed lines under the session's own key. */
        digest: string;
        services: readonly ServiceName[];
        /** Which replacement of each variable's value is in it, by name; absent where nobody has replaced any. */
        own?: Readonly<Record<string, string>>;
      }>
    >
  /** Its owner was shown the value; recorded before they were. */
  | Event<'VariableRevealed', { name: string }>
  /** From now on the owner's own value stands in the file (it is in the vault), or again the one of its service. */
  | Event<'VariableReplaced', { name: string; replaceId: string; by: 'own' | 'service' }>
  | Event<
      'SessionReady',
      {
        missing: readonly ServiceName[];
        /** The commit a full app begins at that was a quick page before: no move leads behind it. */
        sha?: string;
      }
    >;
