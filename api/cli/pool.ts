import { poolView, renderPool } from '../../projections/pool-view/index.ts';
import { columns } from './columns.ts';
import type { Command } from './command.ts';
import { foldLog } from './fold-log.ts';
import { withLog } from './open-log.ts';

/** What stands ready for the next visitors, for each spec the log knows. */
export const pool: Command = {
  usage: 'pool   what stands ready for the next visitors, and what boots',

  run: async (_args, { config, say }) => {
    const pools = (await withLog(config, ({ past }) => foldLog(poolView, past))).get('pools');
    const entries = Object.values(pools?.entries ?? {});
    const specs = new Set([...entries.map(({ specHash }) => specHash), ...Object.keys(pools?.targets ?? {})]);
    for (const specHash of specs) {
      const view = renderPool(pools, specHash, config.poolTarget);
      const ready = view.entries.filter(({ state }) => state === 'ready').length;
      say(
        `spec ${specHash}: ${ready} ready of ${view.target} wanted, ${view.entries.length - ready} booting`,
      );
      const rows = view.entries.map(({ sessionId, state, plannedAt, readyAt = '', missing }) => [
        `  ${sessionId}`,
        state,
        `planned ${plannedAt}`,
        readyAt === '' ? '' : `ready ${readyAt}`,
        missing.length === 0 ? '' : `without ${missing.join(', ')}`,
      ]);
      for (const line of columns(rows)) say(line);
    }
    const { pool: warm, cold } = pools?.claims ?? { pool: 0, cold: 0 };
    say(`${warm + cold} claims so far, ${warm} of them from the pool`);
    return 0;
  },
};
