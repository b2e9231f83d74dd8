import * as E from 'fp-ts/lib/Either.js';
import { decidePoolTarget } from '../../../domain/pool/pool.ts';
import type { Chance } from '../chance.ts';
import type { World } from '../world/world.ts';
import type { Cluster } from './cluster.ts';

/** Whoever runs the servers: sets the pool, empties it, sweeps. */
export const createOperator = (
  world: World,
  cluster: Cluster,
  chance: Chance,
  note: (what: string) => void,
) => {
  let commands = 0;
  let swept = false;
  const cause = () => {
    commands += 1;
    const id = `operator-${commands}`;
    return { key: id, causationId: id, correlationId: id, actor: 'operator' } as const;
  };

  const setPool = async (target: number, reason?: string): Promise<void> => {
    const server = cluster.any();
    note(`operator: pool ${reason ?? target}`);
    await server?.handlers.pool(
      server.settings.specHash,
      (pool) => E.right(decidePoolTarget({ target, ...(reason === undefined ? {} : { reason }) }, pool)),
      cause(),
    )();
  };

  /** By each server in turn: what is missing is believed by whoever has looked twice. */
  const sweep = async (): Promise<void> => {
    note('operator: sweep');
    swept = true;
    for (const server of cluster.alive()) await server.sweep(cause());
  };

  const actions: readonly (readonly [number, () => Promise<void>])[] = [
    [1, () => setPool(chance.between(0, 2))],
    [0.5, () => setPool(0, 'maintenance')],
    [2, sweep],
    [1, async () => cluster.any()?.nudgePool()],
  ];

  const live = (phaseMs: number): void => {
    const count = chance.between(0, 2);
    for (let index = 0; index < count; index += 1) {
      world.time.after(chance.between(0, phaseMs), () => void chance.weighted(actions)?.());
    }
  };

  return { live, sweep, hasSwept: (): boolean => swept };
};
