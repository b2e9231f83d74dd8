import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RUN, reach } from '../../domain/testing/reach.ts';
import { understand } from '../../sandbox/agent/understand/understand.ts';
import { startAgent } from '../offline-agent/agent-process.ts';
import { startApp } from '../offline-agent/app.ts';
import { type Backend, startBackend } from '../offline-agent/backend.ts';
import { generatedPrompts, SEED } from '../offline-agent/generated-prompts.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { outsideApp } from '../support/outside-app.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** Of the generated prompts, those that are built for real: each takes a dev server, a database and a browser. */
const APPS = reach({ short: 3, full: 3, long: 30 });
const EVERY = 7;

const sampled = generatedPrompts(APPS * EVERY * 2, SEED)
  .filter(({ text }) => understand(text, undefined).kind === 'build')
  .filter((_, index) => index % EVERY === 0 || RUN !== 'long')
  .slice(0, APPS);

describeInBrowser(`apps of generated prompts (seed ${SEED})`, () => {
  let browser: Browser;
  let backend: Backend;
  beforeAll(async () => {
    [browser, backend] = await Promise.all([openChromium(), startBackend()]);
  });
  afterAll(async () => {
    await browser?.close();
    await backend?.close();
  });

  it.each(sampled)(
    '“$text”: built without a write outside, and never blank',
    async ({ text, afterwards }) => {
      const services = await backend.provision();
      const app = await startApp(services.env);
      // Node itself refuses the agent every write that is not below the app.
      const allowed = [
        '--permission',
        '--allow-fs-read=*',
        `--allow-fs-write=${app.cwd}`,
        '--allow-child-process',
      ];
      const agent = await startAgent(app.cwd, app.port, [...allowed, '--no-warnings']);
      const context = await browser.newContext();
      try {
        const session = await agent.newSession();
        const page = await context.newPage();
        const errors: string[] = [];
        page.on('pageerror', (error) => errors.push(error.message));
        for (const message of [text, ...afterwards]) {
          const told = await agent.tell(session, message);
          expect(told.text.length, message).toBeGreaterThan(20);
          expect([...told.tools].filter(([, status]) => status !== 'completed')).toEqual([]);
          await app.typesHold();
          await page.goto(app.origin);
          await page.getByRole('main').first().waitFor();
          expect((await page.getByRole('main').first().innerText()).trim(), message).not.toBe('');
        }
        expect(errors).toEqual([]);
      } finally {
        await context.close();
        await agent.close();
        await app.close();
      }
    },
  );
});

const IN_SANDBOXES = reach({ short: 2, full: 3, long: 30 });

describeInBrowser(`the same in sandboxes of the product (seed ${SEED})`, () => {
  let browser: Browser;
  let server: TestServer;
  let visitor: HttpVisitor;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ MK0R_RATE_LIMITS: 'off' }), openChromium()]);
    visitor = await newHttpVisitor(() => server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it.each(sampled.slice(0, IN_SANDBOXES))(
    '“$text”: every turn ends in a commit or says why not, the preview is never blank, nothing is written outside of /app',
    async ({ text, afterwards }) => {
      const { sessionId, slug } = await visitor.startSession();
      const path = `/api/sessions/${sessionId}`;
      const context = await browser.newContext();
      try {
        await until(
          () => visitor.view(sessionId),
          ({ phase }) => phase === 'ready',
        );
        const before = outsideApp(server.dataDir, slug);
        const page = await context.newPage();
        const errors: string[] = [];
        page.on('pageerror', (error) => errors.push(error.message));
        for (const [index, prompt] of [text, ...afterwards].entries()) {
          const { status } = await visitor.request('POST', `${path}/turns`, { prompt });
          expect(status).toBeLessThan(300);
          const turns = await until(
            () => visitor.turns(sessionId),
            (all) => all[index]?.endedAt !== undefined,
          );
          expect(turns[index]?.status, `${prompt}: ${JSON.stringify(turns[index]?.error)}`).toBe('finished');
          await page.goto(server.url.replace('//', `//${slug}.preview.`));
          await page.getByRole('main').first().waitFor();
          expect((await page.getByRole('main').first().innerText()).trim(), prompt).not.toBe('');
        }
        expect(errors).toEqual([]);
        expect(outsideApp(server.dataDir, slug)).toEqual(before);
      } finally {
        await context.close();
        await visitor.request('DELETE', path);
      }
    },
  );
});
