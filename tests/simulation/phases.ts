import { LEFT_TO_HOLDER_MS } from '../../domain/pool/keeper.ts';
import { resourceName, SERVICES } from '../../domain/services.ts';
import { POOL_MAX_AGE_MS } from '../../domain/session/decide/claim.ts';
import { TURN_LIMIT_MS } from '../../domain/session/process-managers/turns.ts';
import { runningTurn, type SessionState, stepOf } from '../../domain/session/state.ts';
import { stuckSoon } from './checks/at-rest.ts';
import type { Stage } from './stage.ts';

/** After so long without a fault everything has got as far as it can by itself. */
const QUIET_MS = 120_000;
const BETWEEN_STEPS_MS = 5_000;
const ENV_PATH = '/app/.env';
const GOES_MISSING = ['resource-vanishes', 'sandbox-is-lost'];
export const BY_HAND = { MINE: 'by hand' };

/** Everybody does what they do, and everything goes wrong that can in this run. */
export const faults = async (stage: Stage): Promise<void> => {
  const { seed, world, shape, size, visitors, operator, audience, gremlins } = stage;
  const drawn = shape.pick([5_000, 20_000, 60_000, 60_000, 300_000]) ?? 60_000;
  // Some last until what waits in the pool has waited too long.
  const ms = size.pool > 0 && seed % 10 === 8 ? drawn + POOL_MAX_AGE_MS : drawn;
  for (const visitor of visitors)
    world.time.after(shape.between(0, 5_000), () => void visitor.live(shape.between(1, size.actions)));
  operator.live(ms);
  audience.start();
  gremlins.start(ms);
  await world.time.pass(ms);
};

/** Nothing goes wrong any more. What is not well by itself shows what there is to press. */
export const quiet = async (stage: Stage): Promise<void> => {
  const { world, report, cluster, note } = stage;
  report.enter('quiet');
  note('quiet');
  world.faults.stop();
  world.sandboxes.thaw();
  cluster.settle();
  await world.time.pass(QUIET_MS);
  // What waits in the pool is made anew, and what servers of a release before have left there ends.
  if (sessionsOf(stage).some((state) => state.status === 'open' && state.claim === undefined))
    await world.time.pass(POOL_MAX_AGE_MS + LEFT_TO_HOLDER_MS);
  if (!cluster.isWhole()) report.violated('progress', 'a server does not come back');
  // What is stuck stays so; what is seen between two of its steps does not.
  if (sessionsOf(stage).some((state) => stuckSoon(state, world.time.now()) !== undefined))
    await world.time.pass(BETWEEN_STEPS_MS);
  for (const state of sessionsOf(stage)) {
    const stuck = stuckSoon(state, world.time.now());
    if (stuck !== undefined) report.violated('progress', `${state.slug}: ${stuck}`);
  }
  const runners = new Set(cluster.alive().map(({ settings }) => settings.runner));
  // Of a session that is ending, no turn is gone on with.
  for (const state of sessionsOf(stage).filter(({ status }) => status === 'open')) {
    const runner = runningTurn(state)?.runner;
    if (runner !== undefined && state.sandbox.status === 'awake' && !runners.has(runner))
      report.violated('progress', `${state.slug}: its turn is left to a server that is no more`);
  }
  // An agent that is at work ends by its own limits, or by the deadline of its turn.
  if (sessionsOf(stage).some((state) => runningTurn(state) !== undefined))
    await world.time.pass(2 * TURN_LIMIT_MS + QUIET_MS);
};

/** The operator sweeps, and every owner comes back and presses what there is. Answers whose env file has lines by hand. */
export const comeBack = async (stage: Stage): Promise<ReadonlyMap<string, unknown>> => {
  const { world, operator } = stage;
  await world.time.during(operator.sweep());
  // What is missing is believed by whoever has looked twice.
  const isSomethingMissing = GOES_MISSING.some((kind) => world.faults.counts.has(kind));
  if (isSomethingMissing) await world.time.during(operator.sweep());
  // Servers hear of it a moment later.
  await world.time.pass(2_000);
  const open = sessionsOf(stage).filter(({ status }) => status === 'open');
  const byHand = new Map(open.flatMap((state) => writeByHand(stage, state)));
  await world.time.during(Promise.all(open.map((state) => press(stage, state))));
  await world.time.pass(QUIET_MS);
  await rest(stage);
  return byHand;
};

/**
 * What a moment before was as it should be may, by the clock alone, be about to sleep, to end or to be renewed. An agent
 * may say nothing for longer than a look takes: its silence is no rest.
 */
const rest = async (stage: Stage): Promise<void> => {
  const { world, report } = stage;
  for (let looks = 10; looks > 0; looks -= 1) {
    const before = world.store.log().length;
    await world.time.pass(30_000);
    const isAtWork = sessionsOf(stage).some(
      (state) => state.status === 'open' && runningTurn(state) !== undefined,
    );
    if (world.store.log().length === before && !isAtWork) return;
  }
  report.violated('it comes to rest', 'events go on being appended, or a turn does not end');
};

const sessionsOf = ({ cluster }: Stage): readonly SessionState[] => [
  ...(cluster.alive()[0]?.directory.sessions() ?? []),
];

/** A line of the user's own, to be there still at the end; with the file it is in, which a lost sandbox takes with it. */
const writeByHand = (
  { world: { sandboxes } }: Stage,
  { sessionId, slug, env }: SessionState,
): readonly (readonly [string, unknown])[] => {
  const name = resourceName(slug);
  if (env === undefined || sandboxes.fake.running(name) === undefined) return [];
  const files = sandboxes.fake.files(name);
  const file = files.get(ENV_PATH);
  if (file === undefined) return [];
  files.set(ENV_PATH, `${file}MINE='${BY_HAND.MINE}'\n`);
  return [[sessionId, files]];
};

const press = async ({ cluster }: Stage, state: SessionState): Promise<void> => {
  const server = cluster.any();
  if (server === undefined) return;
  const { sessionId, slug } = state;
  const command = (what: string) => ({ commandId: `${what}-${slug}`, sessionId, owner: 'owner' });
  for (const service of SERVICES.filter((name) => stepOf(state, name).status === 'parked'))
    await server.commands.retryService({ ...command(`retry-${service}`), service })();
  await server.commands.wake(command('wake'))();
};
