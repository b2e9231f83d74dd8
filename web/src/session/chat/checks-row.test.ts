import { describe, expect, it } from 'vitest';
import { checkWords } from './checks-row.tsx';

const passed = (kind: 'commit' | 'types' | 'http') => ({ kind, outcome: 'passed' }) as const;

describe('what was checked, in a line', () => {
  it('names what holds, and says what looked at the page', () => {
    const browser = { kind: 'page', outcome: 'passed', how: 'browser' } as const;
    const checks = [passed('commit'), passed('types'), passed('http')];
    expect(checkWords({ passed: true, checks: [...checks, browser] })).toBe(
      'Verified: types, HTTP 200, page without errors',
    );
    expect(checkWords({ passed: true, checks: [...checks, { ...browser, how: 'modules' }] })).toBe(
      'Verified: types, HTTP 200, page’s modules load',
    );
  });

  it('claims nothing that was left out', () => {
    const skipped = { kind: 'types', outcome: 'skipped' } as const;
    expect(checkWords({ passed: true, checks: [skipped, passed('http')] })).toBe('Verified: HTTP 200');
  });

  it('names what does not hold, and how often the agent was told', () => {
    const checks = [passed('commit'), { kind: 'types', outcome: 'failed' }, passed('http')] as const;
    expect(checkWords({ passed: false, checks })).toBe('Not verified: types do not hold');
    expect(checkWords({ passed: false, checks, correction: 2 })).toBe(
      'Not verified: types do not hold · told the agent (2 of 3)',
    );
  });

  it('says where it could not look', () => {
    const checks = [{ kind: 'http', outcome: 'unknown' }] as const;
    expect(checkWords({ passed: false, checks })).toBe('Not verified: it could not be checked');
  });
});
