import type { StoredEvent } from '../../../commands/ports/event-store.ts';
import type { RepositoryProvider } from '../../../commands/ports/repository.ts';
import { aTick, createTestClock } from '../../../commands/testing/clock.ts';
import { createFakeDatabase } from '../../../commands/testing/database.ts';
import { createFakeRepository, type Latency } from '../../../commands/testing/providers.ts';
import { SERVICES, type ServiceName } from '../../../domain/services.ts';
import { type Chance, createChance } from '../chance.ts';
import { drawFaults } from '../faults.ts';
import { createSimulatedAgent } from './agent.ts';
import { createSimulatedCheckpoints } from './checkpoints.ts';
import { createSimulatedWriter } from './page-writer.ts';
import { createSimulatedProvider, type SimulatedProvider } from './provider.ts';
import { createSimulatedSandboxes } from './sandboxes.ts';
import { createSimulatedStore } from './store.ts';
import { createSimulatedVault } from './vault.ts';

/** Every fourth run is also looked at in ways that cost too much for all of them. */
export const isThorough = (seed: number): boolean => seed % 4 === 0;

/** A run has some thousands. */
const MOST_TIMERS = 100_000;

export type WorldEvents = {
  readonly appended: (events: readonly StoredEvent[], text: string) => void;
  readonly released: (service: ServiceName, slug: string) => void;
};

/** Everything outside the servers, out of one seed. It outlives them. */
export const createWorld = (seed: number, shape: Chance, on: WorldEvents) => {
  const time = createTestClock(seed, { most: MOST_TIMERS, settle: aTick });
  const faults = drawFaults(createChance(seed, 2));
  const chance = createChance(seed, 3);
  const slowest = shape.pick([20, 200, 200, 2_000]) ?? 200;
  const latency: Latency = () => time.sleep(chance.between(1, slowest));
  const store = createSimulatedStore({
    time,
    faults,
    chance,
    copying: isThorough(seed),
    lagMs: shape.pick([0, 0, 5, 200]) ?? 0,
    appended: on.appended,
  });
  const sandboxes = createSimulatedSandboxes({ time, latency, faults, chance });
  const shared = shape.happens(0.3);
  const providers = Object.fromEntries(
    SERVICES.map((service) => [
      service,
      createSimulatedProvider({
        service,
        provider: shared ? 'cloud' : 'embedded',
        time,
        latency,
        faults,
        chance,
        released: (slug) => on.released(service, slug),
      }),
    ]),
  ) as Readonly<Record<ServiceName, SimulatedProvider>>;
  const { credential, pack } = createFakeRepository(latency, sandboxes.fake.hasPushed);
  const repository: RepositoryProvider = { ...providers.github.port, credential, pack };
  const database = createFakeDatabase(latency, providers.neon.fake);
  return {
    time,
    faults,
    /** The providers are not ours alone. */
    shared,
    store,
    vault: createSimulatedVault(faults),
    sandboxes,
    providers,
    repository,
    database,
    checkpoints: createSimulatedCheckpoints(database.checkpoints, faults),
    pageWriter: createSimulatedWriter({ time, latency, faults, chance }),
    agent: createSimulatedAgent({ time, latency, faults, chance, sandboxes }),
  };
};

export type World = ReturnType<typeof createWorld>;
