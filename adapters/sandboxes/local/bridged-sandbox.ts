import { z } from 'zod';
import type { HttpEndpoint, Sandbox } from '../../../commands/ports/sandboxes.ts';
import { bridgeCall } from './bridge-call.ts';
import { attempt, SandboxFailure } from './failure.ts';

const FILE_TIMEOUT_MS = 10_000;
/** What a command may take beyond its own limit until the bridge has killed it and answered. */
const EXEC_GRACE_MS = 5_000;

const execResult = z.object({ exitCode: z.int(), stdout: z.string(), stderr: z.string() });
const problem = z.object({ code: z.string().max(80), detail: z.string().max(500).optional() });

const refusal = (what: string, status: number, body: Buffer): SandboxFailure => {
  const parsed = problem.safeParse(parse(body));
  const { code, detail } = parsed.success ? parsed.data : { code: `bridge_${status}`, detail: undefined };
  return new SandboxFailure(code, `${what} was refused: ${detail ?? `status ${status}`}`, status >= 500);
};

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // Whatever is no JSON fails the schema, which says so.
    return undefined;
  }
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
  const call = async (
    what: string,
    request: { method: string; path: string; body?: string | Buffer; timeoutMs: number },
  ): Promise<Buffer> => {
    const { status, body } = await bridgeCall(bridge, token, request).catch((error: Error) => {
      throw new SandboxFailure(
        'sandbox_unreachable',
        `${name} does not answer: ${error.message}`,
        true,
        error,
      );
    });
    if (status < 200 || status > 299) throw refusal(what, status, body);
    return body;
  };
  return {
    name,
    bridge,
    preview,
    exec: (request) =>
      attempt(async () => {
        const timeoutMs = request.timeoutMs + EXEC_GRACE_MS;
        const body = await call('The command', {
          method: 'POST',
          path: '/exec',
          body: JSON.stringify(request),
          timeoutMs,
        });
        const result = execResult.safeParse(parse(body));
        if (!result.success)
          throw new SandboxFailure('bridge_answer_invalid', `${name} gave no result of the command.`, true);
        return result.data;
      }),
    readFile: (path) =>
      attempt(async () => {
        const request = { method: 'GET', path: filesPath(path), timeoutMs: FILE_TIMEOUT_MS };
        return (await call(`Reading ${path}`, request)).toString('utf8');
      }),
    writeFile: (path, content, mode) =>
      attempt(async () => {
        const request = {
          method: 'PUT',
          path: filesPath(path, mode),
          body: Buffer.from(content),
          timeoutMs: FILE_TIMEOUT_MS,
        };
        await call(`Writing ${path}`, request);
      }),
  };
};
