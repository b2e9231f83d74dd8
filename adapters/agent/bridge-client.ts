import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { z } from 'zod';
import type { AgentBridge, AgentPicture } from '../../commands/ports/agent.ts';
import type { Sandbox } from '../../commands/ports/sandboxes.ts';
import type { ProviderError } from '../../commands/ports/services.ts';
import type { ModelOffer } from '../../domain/session/events.ts';
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
  /** Whether a model the agent lists may be chosen; every one, unless told. */
  readonly offers?: (model: ModelOffer) => boolean;
};

/** Longer than the bridge's own limits, so that its more telling error arrives first. */
const INITIALIZE_MS = 35_000;
const OPEN_SESSION_MS = 65_000;
const SET_MODEL_MS = 35_000;
/** The bridge gives the agent one second to obey. */
const CANCEL_MS = 10_000;
const SHORT_MS = 10_000;
/** Some megabytes on their way to a machine in the cloud. */
const PICTURES_MS = 60_000;

const identity = z.object({ name: z.string().max(200), version: z.string().max(200) });
const MAX_MODELS = 30;
const opened = z.object({
  sessionId: z.string().min(1).max(200),
  models: z
    .array(z.object({ id: z.string().min(1).max(100), name: z.string().max(200) }))
    .max(MAX_MODELS)
    .optional(),
});
const anything = z.object({});

const checked =
  <T>(schema: z.ZodType<T>) =>
  (answer: unknown): TE.TaskEither<ProviderError, T> => {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return TE.right(parsed.data);
    const message = 'The sandbox answered something that is not in its protocol.';
    return TE.left({ code: 'bridge_answer_invalid', message, retryable: true });
  };

const inJson = ({ name, mediaType, bytes }: AgentPicture) => ({
  name,
  mediaType,
  data: Buffer.from(bytes).toString('base64'),
});

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
        TE.map(({ sessionId, models }) => ({
          agentSessionId: sessionId,
          ...(models === undefined ? {} : { models: models.filter(options.offers ?? (() => true)) }),
        })),
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

    prompt: (sandbox, token, { agentSessionId, promptId, text, pictures = [] }, signal) => {
      const start = {
        sessionId: agentSessionId,
        promptId,
        text,
        // A bridge of an earlier release knows no such field.
        ...(pictures.length === 0 ? {} : { pictures: pictures.map(inJson) }),
      };
      const readFrom = (after: number) => ({
        method: 'GET' as const,
        path: `/session/prompt/${encodeURIComponent(promptId)}?after=${after}`,
      });
      const open = (after: number | undefined) =>
        bridgeLines(sandbox.bridge, token, {
          ...(after === undefined && text !== undefined
            ? { method: 'POST', path: '/session/prompt', body: start }
            : readFrom(after ?? 0)),
          signal,
          timeoutMs: pictures.length === 0 ? SHORT_MS : PICTURES_MS,
        });
      // Whoever only reads along leaves it to run.
      const giveUp = text === undefined ? async () => undefined : cancel(sandbox, token, { agentSessionId });
      return resumedUpdates(open, signal, giveUp);
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
