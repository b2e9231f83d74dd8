import type { Images } from './images.ts';

/** Dollars per million tokens, which is micro-dollars per token. */
export type Price = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Written for five minutes. */
  readonly cacheWrite: number;
  /** Written for an hour. */
  readonly cacheWriteLong: number;
  /** What holds instead for a prompt of more than so many tokens. */
  readonly above?: { readonly promptTokens: number; readonly price: Price };
};

/** By the beginning of a model's id; the longest one that fits counts. */
export type PriceTable = Readonly<Record<string, Price>>;

const price = (input: number, output: number, cacheRead: number): Price => ({
  input,
  output,
  cacheRead,
  cacheWrite: input * 1.25,
  cacheWriteLong: input * 2,
});

/**
 * https://platform.claude.com/docs/en/about-claude/pricing and the pages of the models, as of 2026-11. Writing to the
 * cache is 1.25 times the input for five minutes and twice for an hour.
 */
export const PRICES: PriceTable = {
  'claude-fable-5': price(10, 50, 1),
  'claude-fable-5-1': price(10, 50, 0.25),
  'claude-opus-4': price(15, 75, 1.5),
  'claude-opus-4-5': price(5, 25, 0.5),
  'claude-opus-4-6': price(5, 25, 0.5),
  'claude-opus-4-7': price(5, 25, 0.5),
  'claude-opus-4-8': price(5, 25, 0.5),
  'claude-opus-5': price(5, 25, 0.5),
  'claude-opus-5-5': price(4, 20, 0.2),
  'claude-sonnet-4': price(3, 15, 0.3),
  'claude-sonnet-5': price(2, 10, 0.2),
  'claude-sonnet-5-5': price(2, 10, 0.1),
  'claude-haiku-4-5': price(1, 5, 0.1),
  'claude-haiku-5-5': {
    ...price(0.1, 0.5, 0.01),
    above: { promptTokens: 100_000, price: price(0.5, 2.5, 0.05) },
  },
};

/** A search on the web is $10 for a thousand (the same page), in micro-dollars each. */
const WEB_SEARCH_MICROS = 10_000;

export const priceOf = (table: PriceTable, model: string): Price | undefined => {
  const fitting = Object.keys(table).filter((name) => model === name || model.startsWith(`${name}-`));
  const [longest] = fitting.sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : table[longest];
};

/** What a call has used, as the API counts it. */
export type Counts = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  /** Written to the cache in all; `cacheWriteLongTokens` of them for an hour. */
  readonly cacheWriteTokens: number;
  readonly cacheWriteLongTokens: number;
  readonly webSearches: number;
};

const tierOf = (price: Price, promptTokens: number): Price =>
  price.above !== undefined && promptTokens > price.above.promptTokens ? price.above.price : price;

/** In micro-dollars, rounded up: what is counted is never less than what is billed. */
export const costOf = (price: Price, counts: Counts): number => {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, cacheWriteLongTokens } = counts;
  const tier = tierOf(price, inputTokens + cacheReadTokens + cacheWriteTokens);
  return Math.ceil(
    inputTokens * tier.input +
      outputTokens * tier.output +
      cacheReadTokens * tier.cacheRead +
      (cacheWriteTokens - cacheWriteLongTokens) * tier.cacheWrite +
      cacheWriteLongTokens * tier.cacheWriteLong +
      counts.webSearches * WEB_SEARCH_MICROS,
  );
};

const NO_IMAGES: Images = { count: 0, bytes: 0 };

/** English and code have three to four bytes a token; JSON full of escapes, and languages of longer signs, fewer. */
const BYTES_PER_TOKEN = 2;

/**
 * Of an image, however large: 28 by 28 pixels a token, at most 2,576 pixels wide or high, and scaled down to 4,784 tokens
 * (https://platform.claude.com/docs/en/build-with-claude/vision); rounded up.
 */
const IMAGE_TOKENS = 5_000;

/** The most a request can come to: all of it written to the cache for an hour, and the longest answer it allows. */
export const worstCaseOf = (
  price: Price,
  { bytes, images = NO_IMAGES }: { readonly bytes: number; readonly images?: Images },
  maxTokens: number,
): number => {
  const tokens = Math.ceil((bytes - images.bytes) / BYTES_PER_TOKEN) + images.count * IMAGE_TOKENS;
  const tier = tierOf(price, tokens);
  return Math.ceil(tokens * Math.max(tier.input, tier.cacheWriteLong) + maxTokens * tier.output);
};
