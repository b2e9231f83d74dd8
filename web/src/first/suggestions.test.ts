import { expect, it } from 'vitest';
import { suggestionsFor } from './suggestions.ts';

it('offers only what the agent that is there can build', () => {
  for (const agent of [undefined, 'offline', 'offline (rule-based)']) {
    expect(suggestionsFor(agent).every(({ offline }) => offline)).toBe(true);
  }
  expect(suggestionsFor('claude-code').some(({ offline }) => !offline)).toBe(true);
});
