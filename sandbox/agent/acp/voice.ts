import { randomUUID } from 'node:crypto';
import type { SessionUpdate, ToolCallContent, ToolKind } from '@agentclientprotocol/sdk';

export type Notify = (update: SessionUpdate) => Promise<void>;

export type Outcome<T> = {
  readonly ok: boolean;
  readonly value: T;
  /** What the tool said, for a person. */
  readonly output?: string;
  readonly rawOutput?: Readonly<Record<string, unknown>>;
};

export type ToolRequest = {
  readonly title: string;
  readonly kind: ToolKind;
  /** Absolute, as ACP wants it. */
  readonly path?: string;
  readonly diff?: { readonly oldText: string | null; readonly newText: string };
  readonly rawInput?: Readonly<Record<string, unknown>>;
};

/** What a turn tells its client: words, its plan, and each thing it does with how that ended. */
export type Voice = {
  readonly say: (text: string) => Promise<void>;
  readonly plan: (steps: readonly string[], done: number) => Promise<void>;
  readonly tool: <T>(request: ToolRequest, work: () => Promise<Outcome<T>>) => Promise<Outcome<T>>;
};

const WORDS_A_CHUNK = 4;

export const voice = (notify: Notify): Voice => ({
  say: async (text) => {
    for (const chunk of chunks(text)) {
      await notify({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: chunk } });
    }
  },

  plan: (steps, done) =>
    notify({
      sessionUpdate: 'plan',
      entries: steps.map((content, index) => ({
        content,
        priority: 'medium',
        status: index < done ? 'completed' : index === done ? 'in_progress' : 'pending',
      })),
    }),

  tool: async (request, work) => {
    const toolCallId = randomUUID();
    const { title, kind, path, diff, rawInput } = request;
    await notify({
      sessionUpdate: 'tool_call',
      toolCallId,
      title,
      kind,
      status: 'in_progress',
      ...(path ? { locations: [{ path }] } : {}),
      ...(rawInput ? { rawInput } : {}),
    });
    try {
      const outcome = await work();
      const content: ToolCallContent[] = [
        ...(diff && path ? [{ type: 'diff' as const, path, ...diff }] : []),
        ...(outcome.output
          ? [{ type: 'content' as const, content: { type: 'text' as const, text: outcome.output } }]
          : []),
      ];
      await notify({
        sessionUpdate: 'tool_call_update',
        toolCallId,
        status: outcome.ok ? 'completed' : 'failed',
        ...(content.length > 0 ? { content } : {}),
        ...(outcome.rawOutput ? { rawOutput: outcome.rawOutput } : {}),
      });
      return outcome;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const content: ToolCallContent[] = [{ type: 'content', content: { type: 'text', text } }];
      await notify({ sessionUpdate: 'tool_call_update', toolCallId, status: 'failed', content });
      throw error;
    }
  },
});

/** A few words at a time, spaces and line breaks kept. */
const chunks = (text: string): string[] =>
  text.match(new RegExp(String.raw`(?:\s*\S+){1,${WORDS_A_CHUNK}}\s*`, 'g')) ?? [];
