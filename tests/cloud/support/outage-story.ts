import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { CreatedSession } from '../../../api/application/command.ts';
import { type KurrentStandIn, startKurrentStandIn } from '../../stand-ins/kurrent/server.ts';
import { newHttpVisitor, until } from '../../support/http-visitor.ts';
import { startServer } from '../../support/server.ts';
import { openTab } from './tab.ts';

const COMMAND_EVERY_MS = 150;
const BURST = 20;

export type Outage = {
  readonly outageMs: number;
  /** Commands while the log was away, and how long the slowest took to be refused. */
  readonly refused: number;
  readonly slowestRefusalMs: number;
  /** From the moment the log was gone until a tab was told. */
  readonly toldMs: number;
  /** From the moment the log was back until the first command was taken again. */
  readonly acceptedAgainMs: number;
  /** … until everything acknowledged so far was on an open tab. */
  readonly caughtUpMs: number;
  /** … until `/readyz` said so, and tabs were told. */
  readonly readyAgainMs: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly closedSockets: number;
};

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A visitor at work through an outage of all three nodes of the log: what they saw of it, in figures. */
export const liveThroughAnOutage = async (outageMs: number): Promise<Outage> => {
  const kurrent: KurrentStandIn = await startKurrentStandIn({ nodes: 3 });
  const server = await startServer({
    EVENTSTORE_URL: kurrent.url,
    VM_POOL_TARGET_SIZE: '0',
    MK0R_RATE_LIMITS: 'off',
  });
  try {
    const visitor = await newHttpVisitor(() => server.url);
    const session: CreatedSession = await visitor.startSession('Hello');
    const tab = openTab(visitor, session.sessionId, { origin: server.url, at: () => server.url });
    await until(
      () => visitor.view(session.sessionId),
      ({ phase }) => phase === 'ready',
    );

    const acknowledged: string[] = [];
    const refusals: number[] = [];
    let away = false;
    let backAt: number | undefined;
    let acceptedAgainAt: number | undefined;
    let over = false;

    /** A message: an event, or a refusal. With a queue that is full there is neither, which is an answer as well. */
    const command = async (number: number): Promise<void> => {
      const commandId = randomUUID();
      const from = performance.now();
      const wasAway = away;
      const answer = await visitor.request('POST', `/api/sessions/${session.sessionId}/turns`, {
        commandId,
        prompt: `Hello ${number}`,
      });
      const body = answer.body as { readonly turnId?: string };
      const now = performance.now();
      if (answer.status === 202 && body.turnId !== undefined) {
        acknowledged.push(body.turnId);
        if (backAt !== undefined) acceptedAgainAt ??= now;
      } else if (answer.status === 503) {
        if (wasAway) refusals.push(now - from);
      } else if (answer.status !== 409 && answer.status !== 429)
        throw new Error(`${answer.status} ${JSON.stringify(body)}`);
    };
    const atWork = (async () => {
      for (let number = 1; !over; number += 1) {
        await command(number);
        await sleep(COMMAND_EVERY_MS);
      }
    })();

    await until(
      async () => acknowledged.length,
      (count) => count >= 3,
    );
    const connections = tab.connections();
    const awayAt = performance.now();
    kurrent.stop();
    away = true;
    await until(
      async () => tab.log(),
      (log) => log === 'away',
      10,
    );
    const toldMs = performance.now() - awayAt;
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    // Of one session: they wait for one another.
    await Promise.all(Array.from({ length: BURST }, (_, index) => command(1_000 + index)));
    await sleep(Math.max(0, outageMs - (performance.now() - awayAt)));
    expect(tab.isConnected()).toBe(true);

    await kurrent.start();
    away = false;
    backAt = performance.now();
    const since = (at = performance.now()): number => at - (backAt ?? at);
    await until(
      async () => acceptedAgainAt,
      (at) => at !== undefined,
      10,
    );
    const known = [...acknowledged];
    const submitted = (): ReadonlyMap<string, number> => {
      const times = new Map<string, number>();
      for (const { type, data } of tab.events) {
        if (type !== 'TurnSubmitted') continue;
        const { turnId } = data as { readonly turnId: string };
        times.set(turnId, (times.get(turnId) ?? 0) + 1);
      }
      return times;
    };
    await until(
      async () => submitted(),
      (seen) => known.every((turnId) => seen.has(turnId)),
      10,
    );
    const caughtUpMs = since();
    await until(
      async () => tab.log(),
      (log) => log === 'up',
      10,
    );
    await until(
      async () => (await fetch(`${server.url}/readyz`)).status,
      (status) => status === 200,
      10,
    );
    const readyAgainMs = since();
    over = true;
    await atWork;

    await until(
      async () => submitted(),
      (seen) => acknowledged.every((turnId) => seen.has(turnId)),
      10,
    );
    const verified = await visitor.request('GET', `/api/sessions/${session.sessionId}/events/verify`);
    expect(verified.body).not.toHaveProperty('firstBad');
    const times = submitted();
    tab.close();
    return {
      outageMs: Math.round(outageMs),
      refused: refusals.length,
      slowestRefusalMs: Math.round(Math.max(0, ...refusals)),
      toldMs: Math.round(toldMs),
      acceptedAgainMs: Math.round(since(acceptedAgainAt)),
      caughtUpMs: Math.round(caughtUpMs),
      readyAgainMs: Math.round(readyAgainMs),
      acknowledged: acknowledged.length,
      lost: acknowledged.filter((turnId) => !times.has(turnId)).length,
      doubled: [...times.values()].filter((count) => count > 1).length,
      closedSockets: tab.connections() - connections,
    };
  } finally {
    await server.close();
    kurrent.close();
  }
};
