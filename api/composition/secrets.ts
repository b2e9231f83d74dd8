import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Vault } from '../../commands/ports/vault.ts';
import { isSecretName } from '../../commands/redact.ts';
import type { Scrubber } from '../log.ts';

/**
 * A vault whose values no log line can repeat: each is known to the scrubber before anybody gets to see it, and until it
 * is taken out of the vault or goes with its session.
 */
export const scrubbedVault = (vault: Vault, scrubber: Scrubber): Vault => {
  /** The secrets of each session, and the names each has had there. */
  const known = new Map<string, Map<string, Set<string>>>();

  const register = (sessionId: string, values: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(values)) {
      if (!isSecretName(name)) continue;
      const secrets = known.get(sessionId) ?? new Map<string, Set<string>>();
      if (!secrets.has(value)) scrubber.register(value);
      known.set(sessionId, secrets.set(value, (secrets.get(value) ?? new Set()).add(name)));
    }
  };

  /** Without names: whatever the session had. */
  const unregister = (sessionId: string, gone?: readonly string[]): void => {
    const secrets = known.get(sessionId);
    for (const [value, names] of secrets ?? []) {
      for (const name of gone ?? names) names.delete(name);
      if (names.size > 0) continue;
      secrets?.delete(value);
      scrubber.unregister(value);
    }
    if (secrets?.size === 0) known.delete(sessionId);
  };

  return {
    ...vault,
    put: (sessionId, values) => {
      register(sessionId, values);
      return vault.put(sessionId, values);
    },
    all: (sessionId) =>
      pipe(
        vault.all(sessionId),
        TE.map((values) => {
          register(sessionId, values);
          return values;
        }),
      ),
    remove: (sessionId, names) =>
      pipe(
        vault.remove(sessionId, names),
        TE.map(() => unregister(sessionId, names)),
      ),
    shred: (sessionId) =>
      pipe(
        vault.shred(sessionId),
        TE.map(() => unregister(sessionId)),
      ),
    // Another process may have shredded it.
    dataKey: (sessionId) =>
      pipe(
        vault.dataKey(sessionId),
        TE.map((key) => {
          if (key === undefined) unregister(sessionId);
          return key;
        }),
      ),
  };
};
