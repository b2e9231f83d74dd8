import type { SessionUpdate } from '@agentclientprotocol/sdk/unstable';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FrameBody } from './frame.ts';
import { createOutbox } from './outbox.ts';
import { createTranslator } from './translate.ts';

let frames: FrameBody[];
let flush: () => void;
let translate: (update: SessionUpdate) => void;

beforeEach(() => {
  vi.useFakeTimers();
  frames = [];
  const outbox = createOutbox((frame) => frames.push(frame));
  flush = outbox.flush;
  translate = createTranslator(outbox, (path) => path.replace('/srv/app-1', '/app'));
});
afterEach(() => {
  vi.useRealTimers();
});

const chunk = (text: string, messageId?: string): SessionUpdate => ({
  sessionUpdate: 'agent_message_chunk',
  content: { type: 'text', text },
  ...(messageId === undefined ? {} : { messageId }),
});
const call = (more: object = {}): SessionUpdate => ({
  sessionUpdate: 'tool_call',
  toolCallId: 'c',
  title: 'Write',
  kind: 'edit',
  status: 'pending',
  ...more,
});
const update = (more: object): SessionUpdate => ({
  sessionUpdate: 'tool_call_update',
  toolCallId: 'c',
  ...more,
});

describe('what an agent streams', () => {
  it('is shown at once after a pause, then joined', () => {
    translate(chunk('a'));
    expect(frames).toEqual([{ type: 'message', text: 'a' }]);
    for (const letter of 'bcd') translate(chunk(letter));
    expect(frames).toHaveLength(1);
    vi.advanceTimersByTime(50);
    expect(frames[1]).toEqual({ type: 'message', text: 'bcd' });
  });

  it('is not joined across messages, nor thoughts with words', () => {
    translate(chunk('a', '1'));
    translate(chunk('b', '1'));
    translate(chunk('c', '2'));
    translate({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'hm' } });
    flush();
    expect(frames.map((frame) => 'text' in frame && frame.text)).toEqual(['a', 'b', 'c', 'hm']);
  });

  it('comes in frames of bounded size', () => {
    translate(chunk('x'.repeat(100_000)));
    flush();
    expect(frames.length).toBeGreaterThan(6);
    expect(frames.map((frame) => ('text' in frame ? frame.text : '')).join('')).toHaveLength(100_000);
  });
});

describe('a tool call', () => {
  it('waits for its arguments, so that its card has a name', () => {
    translate(call());
    expect(frames).toEqual([]);
    translate(update({ title: 'Write src/App.tsx', locations: [{ path: '/srv/app-1/src/App.tsx' }] }));
    expect(frames).toEqual([
      {
        type: 'tool_call',
        toolCallId: 'c',
        title: 'Write src/App.tsx',
        kind: 'edit',
        path: '/app/src/App.tsx',
      },
    ]);
  });

  it('is announced without them when they do not come, or something else comes first', () => {
    translate(call());
    vi.advanceTimersByTime(1_000);
    expect(frames.map(({ type }) => type)).toEqual(['tool_call']);
    translate(call({ toolCallId: 'd' }));
    translate(chunk('on we go'));
    expect(frames.map(({ type }) => type)).toEqual(['tool_call', 'tool_call', 'message']);
  });

  it('has one result, made of all its updates', () => {
    translate(call({ rawInput: { path: 'x' } }));
    translate(update({ content: [{ type: 'diff', path: '/srv/app-1/x', oldText: 'a', newText: 'b' }] }));
    translate(update({ status: 'completed' }));
    translate(update({ status: 'completed', title: 'late' }));
    expect(frames.slice(1)).toEqual([
      {
        type: 'tool_result',
        toolCallId: 'c',
        status: 'completed',
        diff: { path: '/app/x', oldText: 'a', newText: 'b' },
      },
    ]);
  });

  it('is announced even when the first that is heard of it is its end', () => {
    translate(
      update({ status: 'failed', content: [{ type: 'content', content: { type: 'text', text: 'no' } }] }),
    );
    expect(frames).toEqual([
      { type: 'tool_call', toolCallId: 'c', title: 'Tool call', kind: 'other' },
      { type: 'tool_result', toolCallId: 'c', status: 'failed', output: 'no' },
    ]);
  });

  it('has a bounded output', () => {
    const text = 'x'.repeat(1_000_000);
    translate(call({ status: 'completed', content: [{ type: 'content', content: { type: 'text', text } }] }));
    expect(JSON.stringify(frames).length).toBeLessThan(20_000);
    expect(JSON.stringify(frames)).toContain('more characters');
  });
});
