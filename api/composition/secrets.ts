import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Vault } from '../../commands/ports/vault.ts';
import { isSecretName } from '../../commands/redact.ts';
import type { Scrubber } from '../log.ts';

/** A vault whose values no log line can repeat: each is known to the scrubber before anybody gets to see it. */
export const scrubbedVault = (vault: Vault, scrubber: Scrubber): Vault => {
  const known = new Set<string>();
  const register = (values: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(values)) {
      if (!isSecretName(name) || known.has(value)) continue;
      known.add(value);
      scrubber.register(value);
    }
  };
  return {
    ...vault,
    put: (sessionId, values) => {
      register(values);
      return vault.put(sessionId, values);
    },
    all: (sessionId) =>
      pipe(
        vault.all(sessionId),
        TE.map((values) => {
          register(values);
          return values;
        }),
      ),
  };
};
