import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ModelOffer } from '../../domain/session/events.ts';
import type { GitCredential } from './repository.ts';
import type { Sandbox } from './sandboxes.ts';
import type { ProviderError } from './services.ts';

/**
 * One update of a running prompt, as the bridge streams it (NDJSON) after translating ACP `session/update`.
 * `eventId` counts from 1 per prompt, so that a cut stream is resumed from the last one seen.
 */
export type AgentUpdate = { readonly eventId: number } & (
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'thought'; readonly text: string }
  | {
      readonly type: 'tool_call';
      readonly toolCallId: string;
      readonly title: string;
      /** ACP tool kind: read, edit, delete, move, search, execute, think, fetch, other. */
      readonly kind: string;
      readonly path?: string;
    }
  | {
      readonly type: 'tool_result';
      readonly toolCallId: string;
      readonly status: 'completed' | 'failed';
      readonly output?: string;
      readonly diff?: { readonly path: string; readonly oldText: string | null; readonly newText: string };
    }
  | {
      readonly type: 'usage';
      readonly model: string;
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly cacheReadTokens?: number;
      readonly cacheWriteTokens?: number;
    }
  | { readonly type: 'result'; readonly stopReason: string }
  | { readonly type: 'error'; readonly code: string; readonly message: string }
);

/** `name` is that of its file in the sandbox: letters, digits, a dot. */
export type AgentPicture = { readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array };

export type AgentIdentity = { readonly name: string; readonly version: string };

/** `models`: what the agent lets one choose from; absent where it offers no choice. */
export type OpenedSession = { readonly agentSessionId: string; readonly models?: readonly ModelOffer[] };

/** The ACP bridge inside a sandbox, spoken to over HTTP with the sandbox's bearer token. */
export type AgentBridge = {
  /** Starts the agent (restarts it where its credentials changed) and answers who it is. */
  readonly initialize: (
    sandbox: Sandbox,
    token: string,
    signal: AbortSignal,
  ) => TaskEither<ProviderError, AgentIdentity>;
  readonly openSession: (
    sandbox: Sandbox,
    token: string,
    options: { readonly cwd: string; readonly systemPrompt: string },
    signal: AbortSignal,
  ) => TaskEither<ProviderError, OpenedSession>;
  readonly setModel: (
    sandbox: Sandbox,
    token: string,
    options: { readonly agentSessionId: string; readonly model: string },
    signal: AbortSignal,
  ) => TaskEither<ProviderError, void>;
  /**
   * Updates in order, ending with `result` or `error`; a cut connection is resumed by event id inside. Prompting with
   * the same `promptId` again starts nothing: it reads the same updates, from the first. Without `text` nothing is ever
   * started: a prompt somebody else has sent is read along, and one nobody has sent ends with an `error`. Aborting `signal` stops
   * listening only (last update: `error` with code `aborted`); the agent goes on for a minute for whoever resumes.
   */
  readonly prompt: (
    sandbox: Sandbox,
    token: string,
    options: {
      readonly agentSessionId: string;
      readonly promptId: string;
      readonly text?: string;
      /** What is shown with the text, to an agent that sees; any agent is told where the files lie. */
      readonly pictures?: readonly AgentPicture[];
    },
    signal: AbortSignal,
  ) => AsyncIterable<AgentUpdate>;
  /** Asks the agent to stop the running prompt; the prompt stream then ends with stop reason `cancelled`. */
  readonly cancel: (
    sandbox: Sandbox,
    token: string,
    options: { readonly agentSessionId: string },
  ) => TaskEither<ProviderError, void>;
  /** Hands the sandbox's credential helper what it answers git with, until it expires. */
  readonly setGitCredential: (
    sandbox: Sandbox,
    token: string,
    credential: GitCredential,
  ) => TaskEither<ProviderError, void>;
};
