import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { z } from 'zod';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';
import { forbiddenIn } from './forbidden.ts';

const GUARD_MS = 30_000;
/** A sandbox that was made by an earlier release has no such program. */
const NOT_THERE = 66;

const SCRIPT = `
[ -f "$MK0R_CHECK_DIR/secrets.ts" ] || exit ${NOT_THERE}
exec "\${MK0R_NODE:-node}" "$MK0R_CHECK_DIR/secrets.ts"
`;

const answer = z.object({
  findings: z.array(
    z.object({
      path: z.string().max(4_096),
      name: z.string().max(200),
      how: z.enum(['value', 'prefix', 'import']),
    }),
  ),
  isInHistory: z.boolean(),
});

export type Leak = z.infer<typeof answer>['findings'][number];
export type Leaks = {
  readonly leaks: readonly Leak[];
  /** A commit the agent has made by itself holds one, which none of the files does any more. */
  readonly isInHistory: boolean;
};

const unreadable: ProviderError = {
  code: 'guard_unreadable',
  message: 'The sandbox did not say whether the changes hold secrets.',
  retryable: true,
};

/**
 * What of the changes since `base` would publish a secret. The values go in over stdin, into the one place that has them
 * already; `undefined` where the sandbox cannot look.
 */
export const findLeaks = (
  sandbox: Sandbox,
  { base, vault }: { readonly base: string; readonly vault: Readonly<Record<string, string>> },
): TE.TaskEither<ProviderError, Leaks | undefined> =>
  pipe(
    envOf(sandbox),
    TE.flatMap((envFile) =>
      sandbox.exec({
        cmd: ['sh', '-c', SCRIPT],
        cwd: '/app',
        stdin: JSON.stringify({ base, ...forbiddenIn(vault, envFile) }),
        timeoutMs: GUARD_MS,
      }),
    ),
    TE.flatMap(({ exitCode, stdout }) => {
      if (exitCode === NOT_THERE) return TE.right(undefined);
      const parsed = E.tryCatch(
        () => answer.parse(JSON.parse(stdout)),
        () => unreadable,
      );
      return exitCode === 0 ? TE.fromEither(parsed) : TE.left(unreadable);
    }),
    TE.map((found) =>
      found === undefined ? undefined : { leaks: found.findings, isInHistory: found.isInHistory },
    ),
  );

/** It may have been deleted, and then there is nothing of its owner's to keep back. */
const envOf = (sandbox: Sandbox): TE.TaskEither<ProviderError, string> =>
  pipe(
    sandbox.readFile('/app/.env'),
    TE.orElse((error) => (/not_found/.test(error.code) ? TE.right('') : TE.left(error))),
  );

const WHAT: Readonly<Record<Leak['how'], (name: string) => string>> = {
  value: (name) => `holds the value of ${name}. Read it from the environment, on the server`,
  prefix: (name) => `uses ${name}, which would hand a variable of the server to the browser`,
  import: (name) => `reads ${name} by import.meta.env, which is code of the browser`,
};

/** Each leak in a line, for the agent and for the visitor. */
export const describeLeaks = (leaks: readonly Leak[]): string =>
  leaks.map(({ path, name, how }) => `${path} ${WHAT[how](name)}.`).join('\n');
