import { describe, expect, test } from 'vitest';
import { imagesIn } from './images.ts';
import { costOf, PRICES, priceOf, worstCaseOf } from './prices.ts';
import { NOTHING } from './usage.ts';

const priced = (model: string) => {
  const price = priceOf(PRICES, model);
  if (price === undefined) throw new Error(`${model} has no price`);
  return price;
};

describe('what a call costs', () => {
  test.each([
    ['claude-sonnet-5-5', { inputTokens: 1_000_000 }, 2],
    ['claude-sonnet-5-5', { outputTokens: 1_000_000 }, 10],
    ['claude-sonnet-5-5', { cacheReadTokens: 1_000_000 }, 0.1],
    ['claude-sonnet-5-5', { cacheWriteTokens: 1_000_000 }, 2.5],
    ['claude-sonnet-5-5', { cacheWriteTokens: 1_000_000, cacheWriteLongTokens: 1_000_000 }, 4],
    ['claude-opus-4-1-20250805', { inputTokens: 1_000_000 }, 15],
    ['claude-opus-4-8', { inputTokens: 1_000_000 }, 5],
    ['claude-haiku-5-5', { inputTokens: 100_000 }, 0.01],
    ['claude-haiku-5-5', { inputTokens: 100_000, cacheReadTokens: 100_000 }, 0.055],
    ['claude-haiku-5-5', { webSearches: 100 }, 1],
  ])('%s, %o: $%f', (model, counts, dollars) => {
    expect(costOf(priced(model), { ...NOTHING, ...counts })).toBe(Math.round(dollars * 1e6));
  });

  test('is rounded up: what is counted is never less than what is billed', () => {
    expect(costOf(priced('claude-haiku-5-5'), { ...NOTHING, inputTokens: 1 })).toBe(1);
  });

  test('is the price of the longest name that fits, and of none that only begins alike', () => {
    expect(priceOf(PRICES, 'claude-haiku-5-5-20261007')).toBe(PRICES['claude-haiku-5-5']);
    expect(priceOf(PRICES, 'claude-haiku-5-55')).toBeUndefined();
    expect(priceOf(PRICES, 'claude-haiku')).toBeUndefined();
  });

  test('is reserved as if all of it were new to the cache and the answer as long as allowed', () => {
    expect(worstCaseOf(priced('claude-sonnet-5-5'), { bytes: 200_000 }, 32_000)).toBe(
      100_000 * 4 + 32_000 * 10,
    );
    expect(worstCaseOf(priced('claude-haiku-5-5'), { bytes: 300_000 }, 0)).toBe(150_000);
  });

  test('counts an image by what a model sees of it, and not by its bytes', () => {
    const data = 'A'.repeat(2_000_000);
    const seen = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } };
    const messages = [
      { role: 'user', content: 'in words' },
      { role: 'user', content: [{ type: 'text', text: 'like this' }, seen] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'one', content: [seen] }] },
    ];
    const images = imagesIn(messages);
    expect(images).toEqual({ count: 2, bytes: 4_000_000 });
    const bytes = JSON.stringify(messages).length;
    expect(worstCaseOf(priced('claude-sonnet-5-5'), { bytes, images }, 0)).toBeLessThan(50_000);
  });

  test('takes nothing for an image that is billed as text', () => {
    const data = 'A'.repeat(1_000);
    const shaped = { type: 'image', source: { type: 'base64', data } };
    expect(
      imagesIn([
        { role: 'assistant', content: [{ type: 'tool_use', input: { content: [shaped] } }] },
        { role: 'user', content: [{ type: 'document', source: { type: 'base64', data } }] },
        { role: 'user', content: JSON.stringify([shaped]) },
      ]),
    ).toEqual({ count: 0, bytes: 0 });
    expect(imagesIn(undefined)).toEqual({ count: 0, bytes: 0 });
  });
});
