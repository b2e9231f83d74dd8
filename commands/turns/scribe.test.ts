import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from '../../domain/testing/property.ts';
import type { AgentUpdate } from '../ports/agent.ts';
import { createRedactor } from '../redact.ts';
import type { TurnFact } from './run-turn.ts';
import { createScribe } from './scribe.ts';

type Update = AgentUpdate extends infer U ? (U extends AgentUpdate ? Omit<U, 'eventId'> : never) : never;

/** What a scribe makes of these updates: the facts, and what it showed meanwhile. */
const written = (updates: readonly Update[], values: Record<string, string> = {}) => {
  const shown: string[] = [];
  const scribe = createScribe({
    turnId: 't',
    attemptId: 'a',
    redact: createRedactor(values),
    volatile: ({ text }) => void shown.push(text),
  });
  const facts: TurnFact[] = [];
  updates.forEach((update, index) => void facts.push(...scribe.take({ ...update, eventId: index + 1 })));
  facts.push(...scribe.finish());
  return { facts, shown };
};

const says = (...texts: readonly string[]) => texts.map((text): Update => ({ type: 'message', text }));
const saidIn = (facts: readonly TurnFact[]) =>
  facts.flatMap((fact) => (fact.type === 'AgentSaid' ? [fact.data.text] : []));

const call: Update = { type: 'tool_call', toolCallId: 'c', kind: 'edit', title: 'Edit', path: 'a.ts' };
const result: Update = { type: 'tool_result', toolCallId: 'c', status: 'completed', output: 'ok' };

describe('the scribe', () => {
  test('records text by the paragraph, however it was cut on its way', () => {
    expect(saidIn(written(says('One', ' more.\n', '\nTwo', '.\n\n', 'Three')).facts)).toEqual([
      'One more.',
      'Two.',
      'Three',
    ]);
  });

  test('does not tear a code block', () => {
    const block = '```ts\nconst a = 1;\n\nconst b = 2;\n```';
    expect(
      saidIn(written(says('Look:\n\n```ts\nconst a = 1;\n\ncon', 'st b = 2;\n```\n\nDone.')).facts),
    ).toEqual([`Look:\n\n${block}`, 'Done.']);
    expect(saidIn(written(says(...`${block}\n\nDone.`)).facts)).toEqual([block, 'Done.']);
  });

  test('records what was said before a tool is called, and the tools one by one', () => {
    const { facts } = written([...says('I edit'), call, result, ...says('Done')]);
    expect(facts.map(({ type }) => type)).toEqual(['AgentSaid', 'ToolCalled', 'ToolReturned', 'AgentSaid']);
  });

  test('keeps thoughts and messages apart', () => {
    const { facts } = written([{ type: 'thought', text: 'Hm' }, ...says('Yes')]);
    expect(facts).toMatchObject([
      { data: { kind: 'thought', text: 'Hm' } },
      { data: { kind: 'message', text: 'Yes' } },
    ]);
  });

  test('shows the whole paragraph so far, so that a lost frame loses nothing', () => {
    expect(written(says('One', ' two', '.\n\nNext')).shown).toEqual(['One', 'One two', 'Next']);
  });

  test('says nothing where there is nothing to say', () => {
    expect(written(says('\n\n', '  ', '\n')).facts).toEqual([]);
  });

  test('ends a paragraph that does not end by itself at a whole word', () => {
    const words = 'word '.repeat(3_000);
    const said = saidIn(written(says(...(words.match(/.{1,7}/g) ?? []))).facts);
    expect(said.length).toBeGreaterThan(2);
    expect(said.every((text) => text.length <= 4_010 && /^(word ?)+$/.test(text))).toBe(true);
    expect(said.join(' ').split(' ')).toHaveLength(3_000);
  });

  test('ends a code block that does not end by itself', () => {
    const said = saidIn(
      written(says('```\n', ...Array.from({ length: 200 }, () => `${'x'.repeat(400)}\n`))).facts,
    );
    expect(said.length).toBeGreaterThan(1);
    expect(said.every((text) => text.length <= 33_000)).toBe(true);
  });

  test('never writes or shows a secret, however it was cut on its way', () => {
    const secret = 're_0123456789abcdef';
    const text = `Your key is ${secret}, and ${'so on '.repeat(900)}${secret}.`;
    const { facts, shown } = written(says(...(text.match(/.{1,3}/gs) ?? [])), { RESEND_API_KEY: secret });
    for (const line of [...saidIn(facts), ...shown]) expect(line).not.toContain('re_0');
    expect(
      saidIn(facts)
        .join(' ')
        .match(/\[RESEND_API_KEY\]/g),
    ).toHaveLength(2);
  });

  test('takes secrets out of titles, paths, outputs and patches, and bounds them', () => {
    const secret = 're_0123456789abcdef';
    const long = 'y'.repeat(20_000);
    const { facts } = written(
      [
        {
          type: 'tool_call',
          toolCallId: 'c',
          kind: 'x',
          title: `${secret}${long}`,
          path: `${secret}${long}`,
        },
        {
          type: 'tool_result',
          toolCallId: 'c',
          status: 'completed',
          output: `${secret}${long}`,
          diff: { path: 'a.ts', oldText: 'a\n', newText: `${secret}\n${long}\n` },
        },
      ],
      { RESEND_API_KEY: secret },
    );
    expect(JSON.stringify(facts)).not.toContain(secret);
    expect(JSON.stringify(facts).length).toBeLessThan(25_000);
  });

  holds(
    'loses no word and adds none, wherever the stream was cut',
    [fc.array(fc.constantFrom('a', 'b ', '\n', '\n\n', '```\n', 'word '), { maxLength: 80 })],
    (pieces) => {
      const squeezed = (text: string) => text.replace(/\s+/g, '');
      expect(squeezed(saidIn(written(says(...pieces)).facts).join(''))).toBe(squeezed(pieces.join('')));
    },
  );
});
