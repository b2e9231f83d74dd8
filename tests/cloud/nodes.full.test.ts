import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBwrap } from '../../adapters/sandboxes/local/fixtures/machine.ts';
import type { CreatedSession } from '../../api/application/command.ts';
import { ask } from '../../api/preview/testing.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { createInstallation, type Installation } from './support/installation.ts';
import type { ServerNode } from './support/node.ts';
import { openTab, type Tab } from './support/tab.ts';

const LIMIT_MS = 240_000;
const HABITS = 'Build me a habit tracker. The streaks should survive a page refresh.';

/** Two `api` processes, one `worker`, one log: real processes, every cloud service at its stand-in. */
describe.runIf(hasBwrap)('two api processes and a worker', () => {
  let installation: Installation;
  let [a, b, worker]: readonly ServerNode[] = [];
  let visitor: HttpVisitor;
  let session: CreatedSession;
  let tab: Tab;
  /** Where requests go, and where sockets go. */
  let [requests, sockets]: (ServerNode | undefined)[] = [];

  const positions = (): readonly number[] => tab.events.map(({ pos }) => pos);
  const types = (): readonly string[] => tab.events.map(({ type }) => type);
  const view = () => visitor.view(session.sessionId);

  beforeAll(async () => {
    installation = await createInstallation();
    [worker, a, b] = await Promise.all([
      installation.run('worker'),
      installation.run('api'),
      installation.run('api'),
    ]);
    [requests, sockets] = [a, b];
    visitor = await newHttpVisitor(() => requests?.url ?? '');
  }, LIMIT_MS);
  afterAll(async () => {
    tab?.close();
    await installation?.close();
  }, LIMIT_MS);

  it('answer for what they are: a worker has health and figures, and no visitors', async () => {
    const at = async (node: ServerNode | undefined, path: string) =>
      (await fetch(`${node?.url}${path}`)).status;
    for (const path of ['/healthz', '/readyz', '/metrics']) expect(await at(worker, path)).toBe(200);
    for (const path of ['/', '/api/config', '/docs', '/api/live']) expect(await at(worker, path)).toBe(404);
    expect(await at(a, '/api/config')).toBe(200);
  });

  it(
    'run a turn that is asked for at one for a visitor whose socket is at the other',
    async () => {
      session = await visitor.startSession(HABITS);
      tab = openTab(visitor, session.sessionId, {
        origin: installation.publicUrl,
        at: () => sockets?.url,
      });
      await until(
        async () => types(),
        (seen) => seen.includes('TurnFinished') && seen.includes('CommitPushed'),
      );
      expect(positions()).toEqual(positions().map((_, index) => index));
      expect(tab.connections()).toBe(1);
      // What the agent was saying just then, of which only the worker was told.
      expect(tab.drafts.length).toBeGreaterThan(0);
      expect(await visitor.turns(session.sessionId)).toMatchObject([{ status: 'finished' }]);
    },
    LIMIT_MS,
  );

  it('show the app through whichever is asked, though neither has booted it', async () => {
    const { host } = new URL(installation.publicUrl);
    for (const node of [a, b]) {
      const answer = await until(
        () => ask(Number(new URL(node?.url ?? '').port), `${session.slug}.preview.${host}`, { path: '/' }),
        ({ status }) => status === 200,
        100,
      );
      expect(answer.body).toContain('/@vite/client');
    }
  });

  it(
    'are killed in the middle of a turn, first one, then the other, and the visitor has all of it, in order, once',
    async () => {
      const { sessionId } = session;
      await visitor.request('POST', `/api/sessions/${sessionId}/turns`, { prompt: 'Make it orange' });
      await until(
        async () => types().filter((type) => type === 'TurnStarted').length,
        (started) => started === 2,
      );
      sockets = a;
      await b?.end('SIGKILL');
      await until(
        async () => types().filter((type) => type === 'TurnFinished').length,
        (finished) => finished === 2,
      );

      await b?.start();
      requests = b;
      await visitor.request('POST', `/api/sessions/${sessionId}/turns`, { prompt: 'Make it blue' });
      sockets = b;
      await a?.end('SIGKILL');
      await until(
        async () => types().filter((type) => type === 'TurnFinished').length,
        (finished) => finished === 3,
      );
      const { revision } = await until(view, ({ runningTurn }) => runningTurn === undefined);
      await until(
        async () => positions().at(-1),
        (last) => last !== undefined && last >= revision,
      );
      expect(positions()).toEqual(positions().map((_, index) => index));
      expect(new Set(tab.events.map(({ id }) => id)).size).toBe(tab.events.length);
      expect(tab.said.filter((line) => line.includes('reset'))).toEqual([]);
      expect(await visitor.turns(sessionId)).toMatchObject([
        { status: 'finished' },
        { status: 'finished' },
        { status: 'finished' },
      ]);
    },
    LIMIT_MS,
  );
});
