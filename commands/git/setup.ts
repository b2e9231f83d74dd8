import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { runScript } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';
import { parseSha } from './sha.ts';

/**
 * A repository in `/app` with the template as its first commit. Running it again changes nothing. The credential helper
 * reads what the control plane puts into the run directory: no credential is ever part of the configuration.
 */
export const CONFIGURED = `
set -e
[ -d .git ] || git init -q -b main
git config user.name "mk0r"
git config user.email "agent@mk0r.local"
git config credential.helper "$MK0R_CREDENTIAL_HELPER"
git config credential.useHttpPath true
git config core.hooksPath /dev/null
git config gc.auto 0
`;

const SCRIPT = `${CONFIGURED}
if ! git rev-parse -q --verify HEAD >/dev/null; then
  git add -A
  git commit -q --no-verify -m "Start from the mk0r template"
fi
git rev-parse HEAD
`;

export const gitSetup = (sandbox: Sandbox): TE.TaskEither<ProviderError, string> =>
  pipe(runScript(sandbox, SCRIPT, { timeoutMs: 20_000 }), TE.flatMap(parseSha));
