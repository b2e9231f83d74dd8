import { afterEach, describe, expect, test } from 'vitest';
import { parseKurrentUrl } from '../../adapters/event-store/kurrent/address.ts';
import { createKurrentEventStore } from '../../adapters/event-store/kurrent/store.ts';
import { systemClock } from '../../commands/ports/clock.ts';
import { verifySeals } from '../../commands/seal.ts';
import { isAtRest, visitorOf } from '../../commands/testing/visits.ts';
import {
  createTestWorld,
  factsOf,
  historyOf,
  liveResources,
  ONE_OF_EACH,
  startTestServer,
} from '../../commands/testing/world.ts';
import { right, rightOf } from '../../domain/testing/outcome.ts';
import { startKurrentStandIn } from '../stand-ins/kurrent/server.ts';

const LIMIT_MS = 50_000;

const clean: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of clean.splice(0).toReversed()) await step();
});

/** Servers with a connection each, on one log in KurrentDB; doubles of everything else, which outlives them. */
const inTheCloud = async (count: number) => {
  const kurrent = await startKurrentStandIn({ nodes: 3 });
  clean.push(kurrent.close);
  const address = rightOf(parseKurrentUrl(kurrent.url));
  const stores = Array.from({ length: count }, () => createKurrentEventStore({ address }));
  for (const store of stores) clean.push(store.close);
  const world = createTestWorld({ clock: systemClock, latencyMs: 0, appendMs: 0 });
  const worlds = stores.map((store) => ({ ...world, store }));
  const servers = worlds.map((own) => startTestServer(own, { exclusive: false }));
  for (const server of servers) clean.push(server.stop);
  const [first] = servers;
  const [seen] = worlds;
  if (first === undefined || seen === undefined) throw new Error('no server');
  return { kurrent, servers, first, world: seen };
};

const NEW = { owner: 'ann', prompt: 'A waitlist', residentialIp: false };

describe('sessions whose log is in KurrentDB', () => {
  test('are made through one server and served through another', async () => {
    const { servers, world, first } = await inTheCloud(2);
    const { sessionId } = await right(first.create({ ...NEW, commandId: 'create' }));
    for (const server of servers)
      await expect.poll(() => isAtRest(server.session(sessionId)), { timeout: LIMIT_MS }).toBe(true);

    const other = servers.at(-1) ?? first;
    await right(other.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'And a logo' }));
    await expect
      .poll(async () => (await factsOf(world, sessionId, 'TurnFinished')).length, { timeout: LIMIT_MS })
      .toBe(2);
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
    expect(verifySeals(await historyOf(world, sessionId)).firstBad).toBeUndefined();
  });

  test('are told that it is away, go on when it is back, and lose nothing that was acknowledged', async () => {
    const { kurrent, first, world } = await inTheCloud(1);
    const { sessionId } = await right(first.create({ ...NEW, commandId: 'create' }));
    await expect.poll(() => isAtRest(first.session(sessionId)), { timeout: LIMIT_MS }).toBe(true);
    const before = await historyOf(world, sessionId);

    kurrent.stop();
    const turn = { ...visitorOf(sessionId), prompt: 'And a logo' };
    const refusals = await Promise.all([
      first.commands.submitTurn(turn)(),
      first.create({ ...NEW, commandId: 'another' })(),
    ]);
    for (const refusal of refusals) expect(refusal).toMatchObject({ left: { tag: 'StoreUnavailable' } });

    await kurrent.start();
    await expect
      .poll(async () => (await first.commands.submitTurn(turn)())._tag, { timeout: LIMIT_MS })
      .toBe('Right');
    await expect
      .poll(async () => (await factsOf(world, sessionId, 'TurnFinished')).length, { timeout: LIMIT_MS })
      .toBe(2);
    expect(await factsOf(world, sessionId, 'TurnSubmitted')).toHaveLength(2);
    const after = await historyOf(world, sessionId);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(verifySeals(after).firstBad).toBeUndefined();
  });
});
