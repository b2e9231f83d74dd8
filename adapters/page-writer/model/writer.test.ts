import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PageRequest, PageUpdate } from '../../../commands/ports/page-writer.ts';
import { type AnthropicStandIn, startAnthropicStandIn } from '../../../tests/stand-ins/anthropic/server.ts';
import { PRICES } from '../../model/prices.ts';
import { chosenModel } from './chosen-model.ts';
import { createReply } from './reply.ts';
import { createModelWriter } from './writer.ts';

const KEY = 'sk-ant-test-key';
const PAGE = '<!doctype html>\n<html lang="en"><h1>Books</h1></html>';

let model: AnthropicStandIn;
beforeAll(async () => {
  model = await startAnthropicStandIn({ key: KEY });
  model.tells([
    { when: /A list/, answers: [[{ says: `A list of books.\n\n${PAGE}` }]] },
    { when: /stalls/, answers: [{ parts: [{ says: `Here.\n\n${PAGE}` }], how: 'stalls' }] },
    { when: /breaks/, answers: [{ parts: [{ says: `Here.\n\n${PAGE}` }], how: 'breaks' }] },
  ]);
});
afterAll(() => model.close());

const written = async (
  request: Partial<PageRequest>,
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly PageUpdate[]> => {
  const writer = createModelWriter({ url: model.url, token: () => KEY, prices: PRICES, models: [] });
  const asked = { slug: 'abcdefghijkl', model: 'haiku', prompt: 'A list', earlier: [], ...request };
  const updates: PageUpdate[] = [];
  for await (const update of writer.write(asked, signal)) updates.push(update);
  return updates;
};
const textOf = (updates: readonly PageUpdate[], type: 'page' | 'said'): string =>
  updates.map((update) => (update.type === type ? update.text : '')).join('');

describe('a page by a model', () => {
  test('comes in pieces, apart from what is said about it', async () => {
    const updates = await written({});
    expect(textOf(updates, 'page')).toBe(PAGE);
    expect(textOf(updates, 'said').trim()).toBe('A list of books.');
    expect(updates.filter(({ type }) => type === 'page').length).toBeGreaterThan(1);
    expect(updates.at(-1)).toEqual({ type: 'result' });
  });

  test('is asked for with the page as it is, what was asked before, and what is wrong with it', async () => {
    await written({ page: PAGE, earlier: ['A list of films'], findings: '- page: it was cut off' });
    const { system, messages } = model.calls.at(-1)?.request ?? {};
    expect(system).toContain('self-contained HTML');
    const [{ content } = { content: '' }] = messages ?? [];
    for (const part of [PAGE, 'A list of films', '- page: it was cut off', 'Change it as asked'])
      expect(content).toContain(part);
  });

  test('is none where the answer breaks off', async () => {
    expect((await written({ prompt: 'It breaks' })).at(-1)).toMatchObject({ type: 'error' });
  });

  test('is given up on when nobody wants it any more', async () => {
    const stop = new AbortController();
    const writing = written({ prompt: 'It stalls' }, stop.signal).catch((error: unknown) => String(error));
    await expect.poll(() => JSON.stringify(model.calls.at(-1)?.request)).toContain('It stalls');
    stop.abort();
    expect(await writing).toContain('abort');
  });
});

describe('an answer', () => {
  test.each([
    ['in one piece', [`Words.\n\n${PAGE}`]],
    ['letter by letter', [...`Words.\n\n${PAGE}`]],
    ['in a fence', [`Words.\n\n\`\`\`html\n${PAGE}\n\`\`\`\n`]],
    ['cut in the middle of a tag', ['Words.\n\n<!doc', 'type html>', PAGE.slice('<!doctype html>'.length)]],
  ])('is told from the page in it: %s', (_, pieces) => {
    const reply = createReply();
    const updates = [...pieces.flatMap((piece) => [...reply.take(piece)]), ...reply.finish()];
    expect(textOf(updates, 'page')).toBe(PAGE);
    expect(textOf(updates, 'said').trim()).toBe('Words.');
  });
});

describe('a model', () => {
  test.each([
    ['haiku', [], 'claude-haiku-5-5'],
    ['opus', [], 'claude-opus-5-5'],
    ['claude-sonnet-5', [], 'claude-sonnet-5'],
    ['opus', ['haiku'], undefined],
    ['gpt', [], undefined],
  ])('that is called %s, where %j is offered, is %s', (wanted, models, id) => {
    expect(chosenModel({ prices: PRICES, models }, wanted)).toBe(id);
  });
});
