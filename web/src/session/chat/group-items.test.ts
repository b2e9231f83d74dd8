import { describe, expect, it } from 'vitest';
import { groupItems, lastLine, summarise, type ToolItem } from './group-items.ts';

const tool = (toolCallId: string, kind: string, path?: string): ToolItem => ({
  kind: 'tool',
  toolCallId,
  tool: kind,
  title: '',
  status: 'completed',
  revision: 1,
  ...(path === undefined ? {} : { path }),
});

describe('what an agent did', () => {
  it('is one block for tools in a row, and text between them parts it', () => {
    const blocks = groupItems([
      tool('1', 'read'),
      tool('2', 'edit'),
      { kind: 'message', text: 'so', revision: 3 },
      tool('4', 'edit'),
    ]);
    expect(blocks.map((block) => (block.kind === 'tools' ? block.tools.length : block.item.kind))).toEqual([
      2,
      'message',
      1,
    ]);
  });

  it('is summed up by kind, a file written twice counted once', () => {
    expect(
      summarise([
        tool('1', 'edit', 'a.ts'),
        tool('2', 'edit', 'a.ts'),
        tool('3', 'edit', 'b.ts'),
        tool('4', 'read', 'a.ts'),
        tool('5', 'execute'),
        tool('6', 'think'),
      ]),
    ).toBe('Updated 2 files, read 1 file, ran 1 command, took 1 other step');
  });

  it('is judged by the last line of its output', () => {
    expect(lastLine('Reading\n  2 tables created  \n\n')).toBe('2 tables created');
    expect(lastLine(undefined)).toBeUndefined();
  });
});
