import { parseArgs } from 'node:util';
import { describeProgress } from '../../projections/progress.ts';
import { type Projector, startProjector } from '../../projections/projector.ts';
import type { ProjectionStatus } from '../../projections/status.ts';
import { comparePositions } from '../composition/positions.ts';
import { PROJECTIONS } from '../composition/projection-list.ts';
import { openReadModels } from '../composition/storage/read-models.ts';
import type { Command, Terminal } from './command.ts';
import { orThrow, withLog } from './open-log.ts';
import { operatorApi } from './operator-api.ts';
import { withoutServer } from './server-running.ts';

type Wish = 'rebuild' | 'rollback';

const ASK_MS = 500;

/** The server that runs is asked; where none runs, it is done here, and none can start meanwhile. */
const wish = async (what: Wish, args: readonly string[], terminal: Terminal): Promise<number> => {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const names = PROJECTIONS.map((projection) => projection.name);
  const [name = ''] = positionals;
  if (positionals.length !== 1 || !names.includes(name))
    throw new Error(`Say which projection: ${what} <${names.join(' | ')}>.`);
  const here = await withoutServer(terminal.config.dataDir, () => wishHere(what, name, terminal));
  return here ?? wishThere(what, name, terminal);
};

export const rebuild: Command = {
  usage: `rebuild <name>    builds it anew beside what serves, and switches; a running server is asked to (ADMIN_TOKEN)`,
  run: (args, terminal) => wish('rebuild', args, terminal),
};

export const rollback: Command = {
  usage: `rollback <name>   goes back to the table that served before; a running server is asked to (ADMIN_TOKEN)`,
  run: (args, terminal) => wish('rollback', args, terminal),
};

const wishThere = async (what: Wish, name: string, { config, say }: Terminal): Promise<number> => {
  if (config.adminToken === undefined) {
    throw new Error(
      `A server runs on ${config.dataDir}, and only it may write its views. Set ADMIN_TOKEN as the server has it, ` +
        'so that it can be asked; or stop it, and it is done here.',
    );
  }
  const api = operatorApi(config);
  await api.post(`/api/projections/${name}/${what}`);
  return followed(async () => {
    const { projections } = (await api.get('/api/projections')) as {
      readonly projections: readonly ProjectionStatus[];
    };
    return projections.find((projection) => projection.name === name);
  }, say);
};

const wishHere = (what: Wish, name: string, { config, say }: Terminal): Promise<number> =>
  withProjector(name, config, async (projector) => {
    if (what === 'rollback') orThrow(await projector.rollback());
    else await projector.rebuild();
    return followed(projector.status, say);
  });

const withProjector = <A>(
  name: string,
  config: Terminal['config'],
  work: (projector: Projector<unknown>) => Promise<A>,
): Promise<A> =>
  withLog(config, async ({ store, feed }) => {
    const projection = PROJECTIONS.find((known) => known.name === name);
    if (projection === undefined) throw new Error(`There is no projection called ${name}.`);
    const readModels = await openReadModels(config, store);
    const stop = new AbortController();
    const log = { info: () => undefined, warn: () => undefined };
    const projector = startProjector(projection, {
      feed,
      readModels,
      comparePositions,
      signal: stop.signal,
      log,
    });
    try {
      return await work(projector);
    } finally {
      stop.abort();
      await projector.stopped;
      await readModels.close();
    }
  });

/** Says how far it is, again and again, until it has ended. */
const followed = async (
  ask: () => Promise<ProjectionStatus | undefined>,
  say: (line: string) => void,
): Promise<number> => {
  for (let status = await ask(); status !== undefined; status = await ask()) {
    const { building, serving, unit } = status;
    if (building === undefined) {
      say(`${serving?.table} serves`);
      return 0;
    }
    if (building.state === 'refused') throw new Error(building.reason ?? 'The rebuild was refused.');
    const far = building.state === 'waiting' ? 'waits its turn' : describeProgress(building, unit);
    say(`${building.table}: ${far}`);
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
  throw new Error('The server no longer knows this projection.');
};
