import { ChevronRight, ShieldCheck, TriangleAlert } from 'lucide-react';
import type { CheckView } from '../../../../projections/transcript-views.ts';
import type { ChecksItem } from './group-items.ts';

const PASSED: Readonly<Record<CheckView['kind'], string>> = {
  secrets: 'no secrets in the code',
  commit: 'committed',
  types: 'types',
  http: 'HTTP 200',
  page: 'page without errors',
};
const FAILED: Readonly<Record<CheckView['kind'], string>> = {
  secrets: 'a secret in the code',
  commit: 'commit failed',
  types: 'types do not hold',
  http: 'app does not answer',
  page: 'page shows an error',
};

/** How a page was looked at says how much that means. */
const PAGES: Readonly<Record<string, string>> = {
  modules: 'page’s modules load',
  source: 'page is whole, and its scripts can be read',
};

const words = ({ kind, how = '' }: CheckView): string =>
  kind === 'page' && Object.hasOwn(PAGES, how) ? (PAGES[how] ?? '') : PASSED[kind];

/** `Verified: types, HTTP 200, page without errors`; the commit has a card of its own. */
export const checkWords = ({ passed, checks, correction }: Omit<ChecksItem, 'kind' | 'revision'>): string => {
  const shown = checks.filter(
    ({ kind, outcome }) => outcome === 'passed' && kind !== 'commit' && kind !== 'secrets',
  );
  if (passed) return `Verified: ${shown.map(words).join(', ') || 'committed'}`;
  const failed = checks
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ kind, how }) => (how === 'source' ? 'the page is not whole, or cannot be read' : FAILED[kind]));
  if (failed.length === 0) return 'Not verified: it could not be checked';
  const told = correction === undefined ? '' : ` · told the agent (${correction} of 3)`;
  return `Not verified: ${failed.join(', ')}${told}`;
};

/** What was looked at after the agent had ended. Opens to what each check saw. */
export const ChecksRow = ({ item }: { readonly item: ChecksItem }) => (
  <details className="group/checks rounded-xl border border-line bg-surface" aria-label="Checks">
    <summary className="flex min-h-9 items-center gap-2.5 rounded-xl py-1.5 pr-3 pl-3 text-small hover:bg-sunken">
      {item.passed ? (
        <ShieldCheck aria-hidden="true" className="size-4 shrink-0 text-alive" />
      ) : (
        <TriangleAlert aria-hidden="true" className="size-4 shrink-0 text-wait" />
      )}
      <span className="min-w-0 flex-1">{checkWords(item)}</span>
      <ChevronRight
        aria-hidden="true"
        className="size-3.5 shrink-0 text-ink-3 transition-transform group-open/checks:rotate-90"
      />
    </summary>
    <dl className="space-y-1.5 border-t border-line px-3 py-2 text-small">
      {item.checks.map(({ kind, outcome, detail }) => (
        <div key={kind} className="flex gap-3">
          <dt className="w-16 shrink-0 text-ink-3">{kind}</dt>
          <dd
            className={
              outcome === 'failed' ? 'min-w-0 wrap-anywhere whitespace-pre-wrap text-bad' : 'min-w-0'
            }
          >
            {detail ?? outcome}
          </dd>
        </div>
      ))}
    </dl>
  </details>
);
