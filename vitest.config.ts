import { defineConfig } from 'vitest/config';

/** Whole stories that `npm test` has not the time for: `npm run test:full`; CI runs a part of them (.ci/run). */
const FULL = '**/*.full.test.ts';
const HOUSE = '{domain,commands,projections,adapters,api,sandbox,tests,web}';
/** Nothing in them outlasts its test, so their files share a process: half of their time was the start of one for each. */
const SHARING = '{domain,commands,projections,api,web}/**/*.test.ts';

/** What comes a moment later is seconds later on a machine that is busy. */
const expect = { poll: { timeout: 30_000 } };
/** Only what hangs meets them. */
const unit = { testTimeout: 180_000, hookTimeout: 180_000, maxWorkers: 2, expect };
const browser = { testTimeout: 180_000, hookTimeout: 240_000, fileParallelism: false, expect };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${HOUSE}/**/*.test.ts`],
          exclude: [FULL, SHARING, 'tests/browser/**', 'sandbox/template/**', '**/node_modules/**'],
          ...unit,
        },
      },
      {
        test: {
          name: 'unit-sharing',
          include: [SHARING],
          exclude: [FULL, '**/node_modules/**'],
          isolate: false,
          ...unit,
        },
      },
      { test: { name: 'browser', include: ['tests/browser/**/*.test.ts'], exclude: [FULL], ...browser } },
      {
        test: {
          name: 'unit-full',
          include: [`${HOUSE}/**/*.full.test.ts`],
          exclude: ['tests/browser/**', 'sandbox/template/**', '**/node_modules/**'],
          ...unit,
        },
      },
      { test: { name: 'browser-full', include: ['tests/browser/**/*.full.test.ts'], ...browser } },
    ],
  },
});
