import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBwrap } from '../../adapters/sandboxes/local/fixtures/machine.ts';
import type { CreatedSession } from '../../api/application/command.ts';
import type { PublicEvent } from '../../projections/live.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { createInstallation, type Installation } from './support/installation.ts';
import type { ServerNode } from './support/node.ts';
import { openTab, type Tab } from './support/tab.ts';

const LIMIT_MS = 420_000;

type Started = { readonly attempt: number; readonly resumes?: string; readonly leaseMs?: number };

/** As in Cloud Run: processes that share no disk. What they share is in the cloud, vault and views in Firestore. */
describe.runIf(hasBwrap)('two api processes and two workers that share no disk', () => {
  let installation: Installation;
  let apis: readonly ServerNode[] = [];
  let workers: readonly ServerNode[] = [];
  let visitor: HttpVisitor;
  let session: CreatedSession;
  let tab: Tab;

  const anApi = (): ServerNode | undefined => apis.find((node) => node.isUp());
  const all = (...types: readonly string[]): readonly PublicEvent[] =>
    tab.events.filter((event) => types.includes(event.type));
  const seen = (type: string, times: number) =>
    until(
      async () => all(type).length,
      (so) => so >= times,
    );
  /** As the page does: whatever became of an answer that was lost with its server, the message is sent once. */
  const say = async (prompt: string): Promise<void> => {
    const body = { commandId: randomUUID(), prompt };
    await until(
      () =>
        visitor
          .request('POST', `/api/sessions/${session.sessionId}/turns`, body)
          .catch(() => ({ status: 0 })),
      ({ status }) => status === 202,
      200,
    );
  };
  /** A message whose turn is under way: its agent has called a tool. */
  const underWay = async (prompt: string): Promise<PublicEvent> => {
    const before = all('TurnStarted').length;
    await say(prompt);
    await seen('TurnStarted', before + 1);
    const begun = all('TurnStarted')[before] as PublicEvent;
    await until(
      async () => all('ToolCalled').filter(({ pos }) => pos > begun.pos).length,
      (calls) => calls > 0,
      10,
    );
    return begun;
  };
  const over = (begun: PublicEvent) =>
    until(
      async () => all('TurnFinished', 'TurnFailed').find(({ pos }) => pos > begun.pos),
      (end) => end !== undefined,
    );
  const attemptsOf = (begun: PublicEvent): readonly Started[] =>
    all('TurnStarted')
      .filter(({ pos }) => pos >= begun.pos)
      .map(({ data }) => data as Started);
  const isWhole = (): void => {
    const positions = tab.events.map(({ pos }) => pos);
    expect(positions).toEqual(positions.map((_, index) => index));
    expect(new Set(tab.events.map(({ id }) => id)).size).toBe(tab.events.length);
  };

  beforeAll(async () => {
    installation = await createInstallation({ FIRESTORE_KEEPS: 'vault+views' });
    workers = [
      await installation.run('worker', { disk: 'w1' }),
      await installation.run('worker', { disk: 'w2' }),
    ];
    apis = await Promise.all([
      installation.run('api', { disk: 'a1' }),
      installation.run('api', { disk: 'a2' }),
    ]);
    visitor = await newHttpVisitor(() => anApi()?.url ?? '');
    session = await visitor.startSession('Build me a habit tracker.');
    tab = openTab(visitor, session.sessionId, { origin: installation.publicUrl, at: () => anApi()?.url });
    await seen('TurnFinished', 1);
  }, LIMIT_MS);
  afterAll(async () => {
    tab?.close();
    await installation?.close();
  }, LIMIT_MS);

  it(
    'lose nothing of a conversation when those that serve are killed in the middle of its turns',
    async () => {
      for (const victim of [...apis, ...apis]) {
        const begun = await underWay('Make it dark');
        await victim.end('SIGKILL');
        expect(await over(begun)).toMatchObject({ type: 'TurnFinished' });
        await victim.start();
      }
      isWhole();
      const turns = await visitor.turns(session.sessionId);
      expect(turns).toHaveLength(5);
      expect(turns.every(({ status }) => status === 'finished')).toBe(true);
    },
    LIMIT_MS,
  );

  it(
    'hand a turn over when its worker is told to stop, and finish it',
    async () => {
      const begun = await underWay('Make it light');
      // Whichever of them runs it.
      for (const worker of workers) {
        await worker.end('SIGTERM');
        await worker.start();
      }
      expect(await over(begun)).toMatchObject({ type: 'TurnFinished' });
      isWhole();
    },
    LIMIT_MS,
  );

  it(
    'go on with the turn of a worker that is killed within its lease, ask its agent once, and end it',
    async () => {
      // The one that is left runs the turn; the other one comes back and takes it over.
      await workers[1]?.end('SIGTERM');
      const begun = await underWay('Make it dark');
      await workers[0]?.end('SIGKILL');
      await workers[1]?.start();
      // The sandbox's way to its database went through that worker: what the agent met meanwhile may be what is told.
      const { type, data } = (await over(begun)) as PublicEvent;
      if (type === 'TurnFailed') expect(data).toMatchObject({ error: { code: 'not_verified' } });
      const [first, second, ...more] = attemptsOf(begun);
      expect([first, second, more]).toMatchObject([{ attempt: 1 }, { attempt: 2, resumes: 'answer' }, []]);
      expect(all('TurnCommitted').filter(({ pos }) => pos > begun.pos).length).toBeLessThanOrEqual(1);
      isWhole();
      await workers[0]?.start();
    },
    LIMIT_MS,
  );

  it(
    'are joined by no process that has another vault: it says so, and does not start',
    async () => {
      const stranger = installation.run('api', { disk: 'stranger', env: { FIRESTORE_KEEPS: 'nothing' } });
      await expect(stranger).rejects.toThrow(/vault/);
    },
    LIMIT_MS,
  );
});
