import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { replace, startApp, type TestApp } from './app.ts';

const ROUNDS = 12;
// Two starts of Vite in each round: half a minute on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

describe('the dev server of an app', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({});
  });
  afterAll(() => app.close());

  const answersWith = (path: string, wanted: (body: string, status: number) => boolean): Promise<void> =>
    expect
      .poll(async () => {
        const response = await fetch(`${app.origin}${path}`).catch(() => undefined);
        return response !== undefined && wanted(await response.text(), response.status);
      })
      .toBe(true);

  it('serves every edit, also one that comes while a new `.env` makes it start again: of `.env` itself too', async () => {
    const [server, page] = ['server/index.ts', 'src/App.tsx'].map((path) => join(app.cwd, path));
    const [serverCode, pageCode] = await Promise.all(
      [server, page].map((path) => readFile(path ?? '', 'utf8')),
    );
    for (let round = 0; round < ROUNDS; round += 1) {
      await app.setEnv({ VITE_ROUND: 'an earlier one' });
      await new Promise((resolve) => setTimeout(resolve, (round * 60) % 500));
      const route = `api.get('/round-${round}', (c) => c.text('here'));\nexport default`;
      await app.setEnv({ VITE_ROUND: String(round) });
      await replace(server ?? '', (serverCode ?? '').replace('export default', route));
      await replace(page ?? '', `${pageCode}\n// round ${round}.\n`);
      await answersWith(`/api/round-${round}`, (body, status) => status === 200 && body === 'here');
      await answersWith('/src/App.tsx', (body) => body.includes(`// round ${round}.`));
      await answersWith('/src/lib/analytics.ts', (body) => body.includes(`"VITE_ROUND": "${round}"`));
    }
  });
});
