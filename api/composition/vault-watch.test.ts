import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../commands/ports/clock.ts';
import { createMemoryEventStore } from '../../commands/testing/event-store.ts';
import { createMemoryVault } from '../../commands/testing/vault.ts';
import { isAtRest } from '../../commands/testing/visits.ts';
import { createTestWorld, startTestServer, type TestServer } from '../../commands/testing/world.ts';
import { right } from '../../domain/testing/outcome.ts';
import { createScrubber } from '../log.ts';
import { scrubbedVault } from './secrets.ts';
import { watchVault } from './vault-watch.ts';

const VISIT = { owner: 'ann', residentialIp: false };

describe('a process on a log that others write to, too', () => {
  let server: TestServer;
  let world: ReturnType<typeof createTestWorld>;
  const said: string[] = [];
  const stops: (() => unknown)[] = [];

  beforeEach(() => {
    said.length = 0;
    world = createTestWorld({
      clock: systemClock,
      latencyMs: 0,
      appendMs: 0,
      store: createMemoryEventStore(),
    });
    server = startTestServer(world);
    stops.push(server.stop);
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });

  const watching = (vault: ReturnType<typeof createMemoryVault>) => {
    const watch = watchVault({
      store: world.store,
      vault,
      directory: server.context.directory,
      logger: { error: (_fields: object, message: string) => void said.push(message) },
      lookAgainMs: 10,
    } as unknown as Parameters<typeof watchVault>[0]);
    stops.push(watch.stop);
    return watch;
  };
  const started = (commandId: string) => right(server.create({ ...VISIT, commandId }));

  test('is well while the vault it has holds the key of every session', async () => {
    const watch = watching(world.vault);
    const { sessionId } = await started('one');
    await expect.poll(() => isAtRest(server.session(sessionId)), { timeout: 20_000 }).toBe(true);
    watch.lookBack();
    expect(watch.isOurs()).toBe(true);
    expect(said).toEqual([]);
  });

  test('finds out that its vault is another one by a session that is planned', async () => {
    const watch = watching(createMemoryVault());
    await started('one');
    await expect.poll(watch.isOurs, { timeout: 20_000 }).toBe(false);
    expect(said).toEqual([expect.stringContaining('FIRESTORE_KEEPS=vault+views')]);
  });

  test('finds it out when it starts, too', async () => {
    const { sessionId } = await started('one');
    await expect.poll(() => isAtRest(server.session(sessionId)), { timeout: 20_000 }).toBe(true);
    const watch = watching(createMemoryVault());
    watch.lookBack();
    await expect.poll(watch.isOurs, { timeout: 20_000 }).toBe(false);
  });

  test('has its own process let go of the secrets of a session that another has forgotten', async () => {
    const { sessionId } = await started('one');
    await expect.poll(() => isAtRest(server.session(sessionId)), { timeout: 20_000 }).toBe(true);
    const scrubber = createScrubber();
    const vault = scrubbedVault(world.vault, scrubber);
    watching(vault);
    const secret = (await right(vault.all(sessionId))).RESEND_API_KEY ?? '';
    expect(scrubber.scrub(secret)).toBe('[secret]');
    await right(server.commands.close({ commandId: 'close', sessionId, owner: 'ann' }));
    await expect.poll(() => scrubber.scrub(secret), { timeout: 20_000 }).toBe(secret);
  });

  test('does not take a session that was forgotten for one it has no key of', async () => {
    const { sessionId } = await started('one');
    await expect.poll(() => isAtRest(server.session(sessionId)), { timeout: 20_000 }).toBe(true);
    await right(server.commands.close({ commandId: 'close', sessionId, owner: 'ann' }));
    await expect.poll(() => server.session(sessionId)?.status, { timeout: 20_000 }).toBe('forgotten');
    const watch = watching(world.vault);
    watch.lookBack();
    await started('two');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(watch.isOurs()).toBe(true);
  });
});
