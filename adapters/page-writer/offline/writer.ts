import type { PageUpdate, PageWriter } from '../../../commands/ports/page-writer.ts';
import type { AppSpec } from '../../../sandbox/agent/spec.ts';
import { understand } from '../../../sandbox/agent/understand/understand.ts';
import { isPagePart, pageOf, specIn } from './page.ts';
import * as words from './words.ts';

/**
 * Writes quick pages by rules: the same understanding of a prompt as the offline agent's, composed into one file whose data
 * stay in the browser. What a page cannot do without a backend is said, and left out.
 */
export const createOfflineWriter = (): PageWriter => ({
  write: async function* ({ prompt, page }, signal): AsyncGenerator<PageUpdate, void, undefined> {
    const current = page === undefined ? undefined : specIn(page);
    if (page !== undefined && current === undefined) {
      yield { type: 'said', text: words.FOREIGN };
      yield { type: 'result' };
      return;
    }
    if (current !== undefined && words.ASKS_FOR_APP.test(prompt)) {
      yield { type: 'said', text: words.FULL_APP };
      yield { type: 'result' };
      return;
    }
    if (page === undefined) yield { type: 'said', text: words.INTRODUCTION };
    const meaning = understand(prompt, current);
    if (!('spec' in meaning) || meaning.kind === 'again') {
      yield { type: 'said', text: words.unchanged(meaning) };
      yield { type: 'result' };
      return;
    }
    const { spec, missing } = withoutBackend(meaning.spec);
    if (spec === undefined) {
      yield { type: 'said', text: words.needsBackend(missing) };
      yield { type: 'result' };
      return;
    }
    for (const text of pageOf(spec)) {
      if (signal.aborted) return;
      yield { type: 'page', text };
    }
    yield { type: 'said', text: words.summary(meaning, missing) };
    yield { type: 'result' };
  },
});

/** What of an app one file can do by itself, and what it cannot, in words. */
const withoutBackend = (
  wanted: AppSpec,
): { readonly spec: AppSpec | undefined; readonly missing: readonly string[] } => {
  const parts = wanted.parts
    .filter(isPagePart)
    .map((part) => (part.kind === 'form' ? { ...part, welcome: false } : part));
  const tells = wanted.parts.some(
    (part) => part.kind === 'collection' && part.features.includes('tell owner'),
  );
  const welcomes = wanted.parts.some((part) => part.kind === 'form' && part.welcome);
  const missing = [
    ...(wanted.parts.some(({ kind }) => kind === 'dashboard') ? ['a dashboard of analytics'] : []),
    ...(wanted.signIn ? ['signing in'] : []),
    ...(wanted.weekly ? ['a weekly mail'] : []),
    ...(tells || welcomes ? ['mail'] : []),
    ...(wanted.tracksTabs ? ['analytics of tabs'] : []),
  ];
  const spec = { ...wanted, parts, signIn: false, weekly: false, tracksTabs: false };
  return { spec: parts.length === 0 ? undefined : spec, missing };
};
