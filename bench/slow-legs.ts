import * as TE from 'fp-ts/lib/TaskEither.js';
import type { World } from '../commands/effects/context.ts';
import type { ServiceProvider } from '../commands/ports/services.ts';
import type { Row } from './row.ts';
import { median, rounded } from './statistics.ts';
import type { Bench } from './support/server.ts';
import { signIn, until } from './support/visitor.ts';

const DELAYS_MS = [2_000, 5_000, 10_000] as const;
const ROUNDS = 3;

/** The database leg takes `delayMs` longer, as a provider that is slow to answer does; how long it took is told. */
const slowed =
  (delayMs: number, took: (ms: number) => void) =>
  (world: World): World => {
    const slow = (provider: ServiceProvider): ServiceProvider => ({
      ...provider,
      provision: (request) => async () => {
        const from = performance.now();
        const result = await TE.fromTask(() => new Promise((resolve) => setTimeout(resolve, delayMs)))().then(
          () => provider.provision(request)(),
        );
        took(performance.now() - from);
        return result;
      },
    });
    const { neon } = world.providers;
    return neon === undefined ? world : { ...world, providers: { ...world.providers, neon: slow(neon) } };
  };

/** What everything around the slowest leg adds to it: a boot should take what its slowest part takes, and no more. */
export const benchSlowLegs = async (bench: Bench): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for (const delay of DELAYS_MS) {
    const legs: number[] = [];
    const server = await bench.serve(
      0,
      slowed(delay, (ms) => legs.push(ms)),
    );
    const visitor = await signIn(server.url);
    const totals: number[] = [];
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { sessionId } = await visitor.create();
        const view = await until(async () => {
          const current = await visitor.view(sessionId);
          return current.phase === 'ready' ? current : undefined;
        });
        totals.push(Date.parse(view.readyAt ?? '') - Date.parse(view.plannedAt));
        await visitor.remove(sessionId);
      }
    } finally {
      await server.close();
    }
    rows.push({
      name: `boot with a leg of ${delay / 1_000} s`,
      median: median(totals),
      unit: 'ms',
      baseline: rounded(median(legs), 0),
      ratio: rounded(median(totals) / median(legs), 3),
      goal: { at: 'max', value: 1.05, of: 'ratio' },
    });
  }
  return rows;
};
