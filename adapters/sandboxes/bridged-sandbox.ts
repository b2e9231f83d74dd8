import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { z } from 'zod';
import type { HttpEndpoint, Sandbox, SandboxVersions } from '../../commands/ports/sandboxes.ts';
import type { ProviderError } from '../../commands/ports/services.ts';
import { type BridgeRequest, bridgeBytes, bridgeRequest } from '../bridge-http.ts';

const FILE_TIMEOUT_MS = 10_000;
const LOG_TIMEOUT_MS = 5_000;
/** What a command may take beyond its own limit until the bridge has killed it and answered. */
const EXEC_GRACE_MS = 5_000;

const execResult = z.object({ exitCode: z.int(), stdout: z.string(), stderr: z.string() });

/** A checkout of a whole app, on a machine that does other things too. */
const VERSION_TIMEOUT_MS = 45_000;

const versionReport = z.object({
  state: z.enum(['starting', 'ready', 'crashed', 'closed']),
  sha: z.string().optional(),
  idleMs: z.number(),
  log: z.string(),
});

const devServerReport = z.object({ state: z.enum(['starting', 'ready', 'crashed']), log: z.string() });

const noReport: ProviderError = {
  code: 'bridge_answer_invalid',
  message: 'The sandbox did not say how its dev server does.',
  retryable: true,
};

const noResult: ProviderError = {
  code: 'bridge_answer_invalid',
  message: 'The sandbox gave no result of the command.',
  retryable: true,
};

const filesPath = (path: string, mode?: number): string =>
  `/files?${new URLSearchParams({ path, ...(mode === undefined ? {} : { mode: mode.toString(8) }) })}`;

/** A sandbox whose bridge is at `bridge`; every answer is a stranger's and is checked. */
export const bridgedSandbox = (options: {
  readonly name: string;
  readonly token: string;
  readonly bridge: HttpEndpoint;
  readonly preview: HttpEndpoint;
  /** Where an older version of the app answers. */
  readonly version: HttpEndpoint;
}): Sandbox => {
  const { name, token, bridge, preview } = options;
  // A call's time starts running when the request is made, so it is made only when the task is run.
  const bytes = (request: BridgeRequest): TE.TaskEither<ProviderError, Buffer> => {
    return () => bridgeBytes(bridge, token, request)();
  };
  const json = (request: BridgeRequest): TE.TaskEither<ProviderError, unknown> => {
    return () => bridgeRequest(bridge, token, request)();
  };
  const versions: SandboxVersions = {
    endpoint: options.version,
    open: (version) =>
      pipe(
        json({ method: 'POST', path: '/version', body: version, timeoutMs: VERSION_TIMEOUT_MS }),
        TE.map(() => undefined),
      ),
    report: () =>
      pipe(
        json({ method: 'GET', path: '/version', timeoutMs: LOG_TIMEOUT_MS }),
        TE.map((answer) => versionReport.safeParse(answer)),
        TE.chain((parsed) => {
          if (!parsed.success) return TE.left(noReport);
          const { sha, ...report } = parsed.data;
          return TE.right(sha === undefined ? report : { ...report, sha });
        }),
      ),
    close: () =>
      pipe(
        json({ method: 'POST', path: '/version/close', body: {}, timeoutMs: FILE_TIMEOUT_MS }),
        TE.map(() => undefined),
      ),
  };
  return {
    name,
    versions,
    bridge,
    preview,
    exec: (command) =>
      pipe(
        json({
          method: 'POST',
          path: '/exec',
          body: command,
          timeoutMs: command.timeoutMs + EXEC_GRACE_MS,
        }),
        TE.map((answer) => execResult.safeParse(answer)),
        TE.chain((parsed) => (parsed.success ? TE.right(parsed.data) : TE.left(noResult))),
      ),
    readFile: (path) =>
      pipe(
        bytes({ method: 'GET', path: filesPath(path), timeoutMs: FILE_TIMEOUT_MS }),
        TE.map((content) => content.toString('utf8')),
      ),
    writeFile: (path, content, mode) =>
      pipe(
        bytes({
          method: 'PUT',
          path: filesPath(path, mode),
          body: Buffer.from(content),
          timeoutMs: FILE_TIMEOUT_MS,
        }),
        TE.map(() => undefined),
      ),
    devServer: () =>
      pipe(
        json({ method: 'GET', path: '/preview/log', timeoutMs: LOG_TIMEOUT_MS }),
        TE.map((answer) => devServerReport.safeParse(answer)),
        TE.chain((parsed) => (parsed.success ? TE.right(parsed.data) : TE.left(noReport))),
      ),
  };
};
