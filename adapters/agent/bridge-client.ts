import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { z } from 'zod';
import type { AgentBridge } from '../../commands/ports/agent.ts';
import type { Sandbox } from '../../commands/ports/sandboxes.ts';
import type { ProviderError } from '../../commands/ports/services.ts';
import { type BridgeRequest, bridgeLines, bridgeRequest } from '../bridge-http.ts';
import { resumedUpdates } from './prompt-stream.ts';

/** An MCP server every session is opened with; ACP's own shape. */
export type McpServer =
  | {
      readonly name: string;
      readonly command: string;
      readonly args: readonly string[];
      readonly env: readonly { readonly name: string; readonly value: string }[];
    }
  | {
      readonly type: 'http' | 'sse';
      readonly name: string;
      readonly url: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
    };

export type BridgeAgentOptions = {
  /** The agent's own environment, credentials included; where it has changed, `initialize` restarts the agent. */
  readonly agentEnv?: (sandbox: Sandbox) => Readonly<Record<string, string>>;
  readonly mcpServers?: readonly McpServer[];
};

/** Longer than the bridge's own limits, so that its more telling error arrives first. */
const INITIALIZE_MS = 35_000;
const OPEN_SESSION_MS = 65_000;
const SET_MODEL_MS = 35_000;
/** The bridge gives the agent one second to obey. */
const CANCEL_MS = 10_000;
const SHORT_MS = 10_000;

const identity = z.object({ name: z.string().max(200), version: z.string().max(200) });
const opened = z.object({ sessionId: z.string().min(1).max(200) });
const anything = z.object({});

const checked =
  <T>(schema: z.ZodType<T>) =>
  (answer: unknown): TE.TaskEither<ProviderError, T> => {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return TE.right(parsed.data);
    const message = 'The sandbox answered something that is not in its protocol.';
    return TE.left({ code: 'bridge_answer_invalid', message, retryable: true });
  };

/** The agent behind a sandbox's bridge (`sandbox/bridge`). Errors keep the bridge's `code`. */
export const createBridgeAgent = (options: BridgeAgentOptions = {}): AgentBridge => {
  const send = <T>(sandbox: Sandbox, token: string, schema: z.ZodType<T>, request: BridgeRequest) =>
    pipe(bridgeRequest(sandbox.bridge, token, request), TE.chain(checked(schema)));

  const post = <T>(
    sandbox: Sandbox,
    token: string,
    schema: z.ZodType<T>,
    request: Omit<BridgeRequest, 'method'>,
  ) => send(sandbox, token, schema, { method: 'POST', ...request });

  const done = TE.map(() => undefined);

  const cancel: AgentBridge['cancel'] = (sandbox, token, { agentSessionId }) =>
    pipe(
      post(sandbox, token, anything, {
        path: '/session/cancel',
        body: { sessionId: agentSessionId },
        timeoutMs: CANCEL_MS,
      }),
      done,
    );

  return {
    initialize: (sandbox, token, signal) => {
      const env = options.agentEnv?.(sandbox);
      const body = env === undefined ? {} : { env };
      return post(sandbox, token, identity, { path: '/initialize', body, signal, timeoutMs: INITIALIZE_MS });
    },

    openSession: (sandbox, token, { cwd, systemPrompt }, signal) =>
      pipe(
        post(sandbox, token, opened, {
          path: '/session/new',
          body: { cwd, systemPrompt, mcpServers: options.mcpServers ?? [] },
          signal,
          timeoutMs: OPEN_SESSION_MS,
        }),
        TE.map(({ sessionId }) => ({ agentSessionId: sessionId })),
      ),

    setModel: (sandbox, token, { agentSessionId, model }, signal) =>
      pipe(
        post(sandbox, token, anything, {
          path: '/session/set_model',
          body: { sessionId: agentSessionId, modelId: model },
          signal,
          timeoutMs: SET_MODEL_MS,
        }),
        done,
      ),

    prompt: (sandbox, token, { agentSessionId, promptId, text }, signal) => {
      const start = { sessionId: agentSessionId, promptId, text };
      const open = (after: number | undefined) =>
        bridgeLines(sandbox.bridge, token, {
          ...(after === undefined
            ? { method: 'POST', path: '/session/prompt', body: start }
            : { method: 'GET', path: `/session/prompt/${encodeURIComponent(promptId)}?after=${after}` }),
          signal,
          timeoutMs: SHORT_MS,
        });
      return resumedUpdates(open, signal, cancel(sandbox, token, { agentSessionId }));
    },

    cancel,

    setGitCredential: (sandbox, token, credential) =>
      pipe(
        send(sandbox, token, anything, {
          method: 'PUT',
          path: '/git-credential',
          body: credential,
          timeoutMs: SHORT_MS,
        }),
        done,
      ),
  };
};
