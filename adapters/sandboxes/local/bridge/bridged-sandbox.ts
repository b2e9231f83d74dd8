import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { z } from 'zod';
import type { HttpEndpoint, Sandbox } from '../../../../commands/ports/sandboxes.ts';
import type { ProviderError } from '../../../../commands/ports/services.ts';
import { type BridgeRequest, bridgeBytes, bridgeRequest } from '../../../bridge-http.ts';

const FILE_TIMEOUT_MS = 10_000;
/** What a command may take beyond its own limit until the bridge has killed it and answered. */
const EXEC_GRACE_MS = 5_000;

const execResult = z.object({ exitCode: z.int(), stdout: z.string(), stderr: z.string() });

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
}): Sandbox => {
  const { name, token, bridge, preview } = options;
  // A call's time starts running when the request is made, so it is made only when the task is run.
  const bytes = (request: BridgeRequest): TE.TaskEither<ProviderError, Buffer> => {
    return () => bridgeBytes(bridge, token, request)();
  };
  const json = (request: BridgeRequest): TE.TaskEither<ProviderError, unknown> => {
    return () => bridgeRequest(bridge, token, request)();
  };
  return {
    name,
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
  };
};
