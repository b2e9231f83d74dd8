import { sessionOfStream } from '../../../commands/event-codec.ts';
import { resourceName } from '../../../domain/services.ts';
import type { SessionState } from '../../../domain/session/state.ts';
import { type Pools, poolView } from '../../../projections/pool-view/index.ts';
import { BY_HAND } from '../phases.ts';
import type { Stage } from '../stage.ts';
import { isThorough } from '../world/world.ts';
import { stuckForGood, unlikeTheLedger, wrongEnv } from './at-rest.ts';
import { readHistory, type SessionHistory } from './history.ts';
import { toFeed } from './views.ts';

/** Everything that must hold at rest, and everything that must have held on the way and that the log still tells. */
export const atTheEnd = (stage: Stage, byHand: ReadonlyMap<string, unknown>): void => {
  const histories = historiesOf(stage);
  const states = histories.map(({ state }) => state);
  for (const history of histories) ofSession(stage, history, byHand);
  const { report, world, gremlins } = stage;
  const unlike = unlikeTheLedger(world, states);
  if (unlike !== undefined) report.violated('one of everything, and no orphan', unlike);
  if (gremlins.strays.ours.some(({ isThere }) => isThere()))
    report.violated('orphans of ours are released', '');
  if (gremlins.strays.foreign.some(({ isThere }) => !isThere()))
    report.violated('what is not ours is left alone', 'it is gone');
  ofPool(stage, states);
  acknowledgedTurns(stage);
};

const historiesOf = ({ seed, world, cluster }: Stage): readonly SessionHistory[] =>
  [...world.store.streams].flatMap(([stream, events]) => {
    const sessionId = sessionOfStream(stream);
    if (sessionId === undefined) return [];
    const key = world.vault.keyOf(sessionId);
    return [readHistory(events, key, { exclusive: cluster.exclusive, seals: isThorough(seed) })];
  });

const ofSession = (
  { report, world, cluster }: Stage,
  { state, broken, ledger }: SessionHistory,
  byHand: ReadonlyMap<string, unknown>,
): void => {
  const { sessionId, slug } = state;
  for (const { invariant, detail } of broken) report.violated(invariant, `${slug}: ${detail}`);
  const stuck = stuckForGood(state);
  if (stuck !== undefined) report.violated('progress, when asked again', `${slug}: ${stuck}`);

  const { fake } = world.sandboxes;
  const name = resourceName(slug);
  const exists = fake.names().includes(name);
  const isSameFile = exists && byHand.get(sessionId) === fake.files(name);
  const wrong = wrongEnv(world, state, isSameFile ? BY_HAND : {});
  if (wrong !== undefined)
    report.violated('the env file is a function of events and vault', `${slug}: ${wrong}`);

  if (state.status === 'forgotten' && world.vault.valuesOf(sessionId) !== undefined)
    report.violated('who is forgotten has no key', slug);
  for (const { service, state: shown } of Object.values(ledger?.entries ?? {})) {
    const isLive = service === 'sandbox' ? exists : world.providers[service].live.has(slug);
    // What an attempt at a full app has asked for and not heard of, the next one hears of, or the end of the page.
    const isUnheard = state.mode === 'quick' && state.status === 'open' && shown === 'requested';
    if (isLive !== (shown === 'live') && !isUnheard)
      report.violated('the ledger shows what there is', `${slug}: ${service} is shown ${shown}`);
  }
  for (const { directory } of cluster.alive()) {
    const known = directory.session(sessionId);
    if (state.status !== 'forgotten' && JSON.stringify(known) !== JSON.stringify(state))
      report.violated('what a server knows is a fold of the log', slug);
  }
};

const ofPool = ({ report, world, cluster }: Stage, states: readonly SessionState[]): void => {
  let pools: Pools | undefined;
  for (const stored of world.store.log()) {
    const event = toFeed(stored, undefined);
    if (poolView.keyOf(event) !== undefined) pools = poolView.evolve(pools, event);
  }
  const shown = Object.keys(pools?.entries ?? {})
    .sort()
    .join();
  const waiting = states.filter(({ status, claim }) => status === 'open' && claim === undefined);
  const actual = waiting
    .map(({ sessionId }) => sessionId)
    .sort()
    .join();
  if (shown !== actual) report.violated('the pool is shown as it is', `shown: ${shown}; is: ${actual}`);
  const { specHash, poolTarget } = cluster.settings();
  const pool = cluster.alive()[0]?.directory.pool(specHash);
  const target = pool?.target ?? poolTarget;
  if (pool?.entries.length !== target || waiting.length !== target)
    report.violated('the pool is as large as it should be', `${waiting.length} of ${target}`);
};

const acknowledgedTurns = ({ report, world, acknowledged }: Stage): void => {
  const times = new Map<unknown, number>();
  for (const { type, data } of world.store.log()) {
    const { turnId } = data as { readonly turnId?: string };
    if (type === 'TurnSubmitted') times.set(turnId, (times.get(turnId) ?? 0) + 1);
  }
  for (const { turnId, owner } of acknowledged)
    if (turnId !== undefined && times.get(turnId) !== 1)
      report.violated('what was acknowledged is in the log', `a turn of ${owner}`);
};
