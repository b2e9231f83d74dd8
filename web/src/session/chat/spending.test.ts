import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { SpendingView } from '../../../../projections/views.ts';
import { exhaustedWords, Spending } from './spending.tsx';

const spent = (change: Partial<SpendingView> = {}): SpendingView => ({
  costMicros: 0,
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  ...change,
});
const shown = (spending: SpendingView): string =>
  renderToStaticMarkup(createElement(Spending, { spending })).replaceAll(/<[^>]+>/g, '');

describe('what models have cost a session', () => {
  test('is not spoken of where nobody pays', () => expect(shown(spent())).toBe(''));

  test('is said, and what it may spend in all', () => {
    expect(shown(spent({ costMicros: 42_000 }))).toBe('Models have cost 4.2 ¢');
    expect(shown(spent({ costMicros: 420_000, budgetMicros: 2_000_000 }))).toBe(
      'Models have cost 42 ¢ of $2.00',
    );
  });

  test('says whose limit it was once nothing can be paid for any more', () => {
    const exhausted = { budgetMicros: 2_000_000, spentMicros: 1_990_000, at: '2026-01-01T12:00:00.000Z' };
    expect(exhaustedWords(spent())).toBeUndefined();
    expect(exhaustedWords(spent({ exhausted: { ...exhausted, scope: 'session' } }))).toMatch(
      /\$2\.00, is used up/,
    );
    expect(exhaustedWords(spent({ exhausted: { ...exhausted, scope: 'day' } }))).toMatch(/goes on tomorrow/);
  });
});
