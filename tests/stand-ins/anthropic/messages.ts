/** A part of an answer, as the model gives it: words, or a tool it wants called. */
export type Part =
  | { readonly says: string }
  | { readonly uses: string; readonly with: Readonly<Record<string, unknown>> };

export type Block = {
  readonly type: string;
  readonly text?: string;
  readonly content?: unknown;
  readonly source?: { readonly type: string; readonly media_type?: string; readonly data?: string };
  readonly tool_use_id?: string;
  readonly is_error?: boolean;
};
export type Message = { readonly role: 'user' | 'assistant'; readonly content: string | readonly Block[] };

/** What a client sends to `POST /v1/messages`, as far as anybody looks at it here. */
export type MessagesRequest = {
  readonly model: string;
  readonly max_tokens: number;
  readonly stream?: boolean;
  readonly system?: string | readonly Block[];
  readonly messages: readonly Message[];
  readonly tools?: readonly { readonly name: string }[];
};

export const blocksOf = ({ content }: Message): readonly Block[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

const textOf = (message: Message): string =>
  blocksOf(message)
    .map(({ text = '' }) => text)
    .join('\n');

export const systemOf = ({ system = '' }: MessagesRequest): string =>
  typeof system === 'string' ? system : system.map(({ text = '' }) => text).join('\n');

const isToolResult = (message: Message): boolean =>
  blocksOf(message).some(({ type }) => type === 'tool_result');

/**
 * What was asked last, and how many answers there have been since: the place in a script. Results of tools are sent by
 * the user too, and are no new question.
 */
export const placeIn = ({ messages }: MessagesRequest): { readonly asked: string; readonly step: number } => {
  const at = messages.findLastIndex((message) => message.role === 'user' && !isToolResult(message));
  const since = messages.slice(at + 1);
  return {
    asked: at < 0 ? '' : textOf(messages[at] as Message),
    step: since.filter(({ role }) => role === 'assistant').length,
  };
};

/** Results of the tools that were used, in order. */
export const toolResultsOf = ({ messages }: MessagesRequest): readonly Block[] =>
  messages.flatMap((message) => blocksOf(message).filter(({ type }) => type === 'tool_result'));

/** About four characters a token, as the documentation says of English. */
export const tokensOf = (value: unknown): number => Math.ceil(JSON.stringify(value ?? '').length / 4);
