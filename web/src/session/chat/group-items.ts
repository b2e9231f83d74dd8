import type { TranscriptItem } from '../../../../projections/transcript-views.ts';

export type ToolItem = Extract<TranscriptItem, { kind: 'tool' }>;
export type ChecksItem = Extract<TranscriptItem, { kind: 'checks' }>;
export type TextItem = Exclude<TranscriptItem, ToolItem | ChecksItem>;
export type Block =
  | { readonly kind: 'text'; readonly item: TextItem }
  | { readonly kind: 'checks'; readonly item: ChecksItem }
  | { readonly kind: 'tools'; readonly tools: readonly ToolItem[] };

/** Tool calls in a row become one block, so that twenty files are one card and not twenty. */
export const groupItems = (items: readonly TranscriptItem[]): readonly Block[] => {
  const blocks: Block[] = [];
  let tools: ToolItem[] = [];
  for (const item of items) {
    if (item.kind !== 'tool') {
      tools = [];
      blocks.push(item.kind === 'checks' ? { kind: 'checks', item } : { kind: 'text', item });
      continue;
    }
    if (tools.length === 0) blocks.push({ kind: 'tools', tools });
    tools.push(item);
  }
  return blocks;
};

const VERBS: readonly (readonly [readonly string[], string, string, string])[] = [
  [['edit', 'move', 'delete'], 'updated', 'file', 'files'],
  [['read'], 'read', 'file', 'files'],
  [['execute'], 'ran', 'command', 'commands'],
  [['search'], 'searched', 'time', 'times'],
  [['fetch'], 'made', 'request', 'requests'],
];

/** `Updated 4 files, read 2 files, ran 1 command`: kinds are the agent protocol's own. */
export const summarise = (tools: readonly ToolItem[]): string => {
  const named = new Set(VERBS.flatMap(([kinds]) => kinds));
  const counts = VERBS.map(([kinds, verb, one, many]) => {
    const hits = tools.filter(({ tool }) => kinds.includes(tool));
    const paths = new Set(hits.map(({ path, toolCallId }) => path ?? toolCallId));
    return paths.size === 0 ? '' : `${verb} ${paths.size} ${paths.size === 1 ? one : many}`;
  });
  const others = tools.filter(({ tool }) => !named.has(tool)).length;
  const parts = [...counts, others === 0 ? '' : `took ${others} other ${others === 1 ? 'step' : 'steps'}`];
  const sentence = parts.filter((part) => part !== '').join(', ');
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
};

const lines = (output: string | undefined): readonly string[] =>
  (output ?? '').split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));

/** The first line of what a request was answered: its status. */
export const firstLine = (output: string | undefined): string | undefined => lines(output)[0];

/** The last line a command printed: usually its verdict. */
export const lastLine = (output: string | undefined): string | undefined => lines(output).at(-1);
