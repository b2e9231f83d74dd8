import { expect, test } from 'vitest';
import { TOO_MUCH_ABSENT } from '../../../../projections/operator-views.ts';
import type { OrphansView } from '../../../../projections/views.ts';
import { emptyWords, linesOf, sweepWords } from './left-over.ts';

const [BEFORE, SINCE, AFTER] = [
  '2026-01-01T11:59:00.000Z',
  '2026-01-01T12:00:00.000Z',
  '2026-01-01T12:03:00.000Z',
];
const NOTHING: OrphansView = { orphans: [], stuck: [], missing: [] };
const NONE = { orphans: 0, stuck: 0, missing: 0 };
const ORPHAN: OrphansView['orphans'][number] = {
  service: 'neon',
  provider: 'neon',
  resourceId: 'db-1',
  name: 'mk0r-a',
  slug: 'a',
  why: 'double',
  foundAt: BEFORE,
};

test('nothing is said to be left over only where it is known', () => {
  expect(emptyWords(NONE, { value: undefined, error: undefined })).toBeUndefined();
  expect(emptyWords(NONE, { value: { ...NOTHING, sweptAt: BEFORE }, error: 'away' })).toBeUndefined();
  expect(
    emptyWords({ ...NONE, orphans: 1 }, { value: { ...NOTHING, sweptAt: BEFORE }, error: undefined }),
  ).toBeUndefined();
  expect(emptyWords(NONE, { value: NOTHING, error: undefined })).toContain('has not been looked at yet');
  expect(emptyWords(NONE, { value: { ...NOTHING, sweptAt: BEFORE }, error: undefined })).toContain(
    'Nothing is left over',
  );
});

test('two of one name are two lines, and so is what is stuck and missing of one session', () => {
  const held = { sessionId: 's', service: 'neon', name: 'mk0r-a', since: BEFORE } as const;
  const lines = linesOf({
    orphans: [ORPHAN, { ...ORPHAN, resourceId: 'db-2' }],
    stuck: [held, { ...held, service: 'resend' }],
    missing: [held],
  });
  expect(new Set(lines.map(({ key }) => key)).size).toBe(5);
});

test('a release that goes on is said to, until a look that began after it has ended', () => {
  const running = { state: 'running', since: SINCE } as const;
  for (const view of [
    undefined,
    { ...NOTHING, sweptAt: BEFORE },
    // The look that the server had begun by itself.
    { ...NOTHING, sweptAt: AFTER, sweeping: true },
  ] as const)
    expect(sweepWords(running, view)).toContain('goes on');
  expect(sweepWords(running, { ...NOTHING, sweptAt: AFTER })).toContain('have been looked at');
});

test('a provider that is not believed is told from one that was not reached', () => {
  const sweep = { found: 1, released: 1, failed: 0, missing: 0, retried: 0 };
  const unreachable = [
    { service: 'neon', code: 'unreachable' },
    { service: 'github', code: TOO_MUCH_ABSENT },
  ];
  expect(sweepWords({ ...sweep, unreachable }, undefined)).toMatch(
    /^1 orphan found, 1 released; not reached: [^;]+; lacks more than a fifth of what sessions have, [^;]+\): [^;]+\.$/,
  );
});
