import { describe, expect, test } from 'vitest';
import { lastError, whyItEnded } from './dev-server-log.ts';

const UP = '  VITE v8.3.8  ready in 312 ms\n\n  ➜  Local:   http://127.0.0.1:5173/\n';
const ENDED = '[dev server ended: exit code 1; starting it again in 250 ms]\n';
const CONFIG = `error when starting dev server:
Error: Cannot find package 'left-pad' imported from /app/vite.config.ts
    at packageResolve (node:internal/modules/esm/resolve:841:9)
`;

describe('what a dev server printed', () => {
  test('names its last error, with where it was', () => {
    const log = `${UP}GET /api/old: Error: gone\n    at old.ts:1\nGET /api/habits: error: column "day" does not exist\n    at Parser.parse (/app/node_modules/pg/lib/parser.js:283:98)\n`;
    expect(lastError(log)).toBe(
      'GET /api/habits: error: column "day" does not exist\n    at Parser.parse (/app/node_modules/pg/lib/parser.js:283:98)',
    );
  });

  test('says nothing of errors where there were none', () => {
    expect(lastError(UP)).toBeUndefined();
  });

  test('says why it ended, and how', () => {
    expect(whyItEnded(`${UP}${CONFIG}${ENDED}`)).toEqual({
      message: expect.stringMatching(
        /^The dev server ended \(exit code 1\): Error: Cannot find package 'left-pad'/,
      ),
      detail: expect.stringContaining('packageResolve'),
    });
  });

  test('says so without a reason where it gave none', () => {
    expect(whyItEnded('[dev server ended: SIGKILL; starting it again in 250 ms]\n')).toEqual({
      message: 'The dev server ended (SIGKILL)',
    });
  });

  test('says nothing once it is up again', () => {
    expect(whyItEnded(`${CONFIG}${ENDED}${UP}`)).toBeUndefined();
    expect(whyItEnded(UP)).toBeUndefined();
  });
});
