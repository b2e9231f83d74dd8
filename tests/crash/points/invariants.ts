import { parse } from 'dotenv';
import type { StoredEvent } from '../../../commands/ports/event-store.ts';
import { verifySeals } from '../../../commands/seal.ts';
import { valuesOf } from '../../../commands/testing/providers.ts';
import { resourceName, SERVICES, type ServiceName } from '../../../domain/services.ts';
import type { SessionEvent } from '../../../domain/session/events.ts';
import { evolve } from '../../../domain/session/evolve.ts';
import { noSession, type SessionState, stepOf } from '../../../domain/session/state.ts';
import { brokenRule } from '../../simulation/checks/word.ts';
import { held, type Outside } from '../../support/ledger/outside.ts';
import { readLeft } from './left-on-disk.ts';
import type { Played } from './stage.ts';
import { wrongViews } from './views.ts';

/** What is wrong after a story, by what it is a violation of. Empty: nothing was lost, doubled, left over or stuck. */
export type Findings = {
  /** Acknowledged, or read back from the log once, and not there as it was. */
  readonly lost: readonly string[];
  /** More than one of something for one session. */
  readonly doubled: readonly string[];
  /** At a provider, and nobody's, after one sweep. */
  readonly orphans: readonly string[];
  readonly wrong: readonly string[];
};

/** Compares the log that is left on the disk with what was told, and with what there is outside. */
export const findingsOf = async (played: Played, outside: Outside): Promise<Findings> => {
  const { log, feed } = await readLeft(played.dataDir);
  const streams = Map.groupBy(log, ({ stream }) => stream);
  const sessions = [...streams].filter(([stream]) => stream.startsWith('session-'));
  const states = sessions.map(([, events]) => folded(events));
  return {
    lost: [...lostCommands(played, streams), ...lostEvents(played, log)],
    doubled: doubles(outside, states),
    orphans: orphansIn(outside, states),
    wrong: [
      ...sessions.flatMap(([stream, events]) => found(stream, brokenRule(events, { exclusive: true }))),
      ...[...streams].flatMap(([stream, events]) => found(stream, badSeal(events))),
      ...states.flatMap((state) => found(state.slug, stuck(state))),
      ...states.flatMap((state) => found(state.slug, unlike(outside, state))),
      ...wrongViews(played.dataDir, feed),
    ],
  };
};

const found = (where: string, what: string | undefined): readonly string[] =>
  what === undefined ? [] : [`${where}: ${what}`];

const folded = (events: readonly StoredEvent[]): SessionState =>
  events.reduce(
    (state, event) => evolve(state, event as unknown as SessionEvent, event.metadata.at),
    noSession,
  );

const lostCommands = (
  { acknowledged }: Played,
  streams: ReadonlyMap<string, readonly StoredEvent[]>,
): readonly string[] =>
  acknowledged.flatMap(({ command, stream, revision }) =>
    stream === undefined || (streams.get(stream)?.length ?? 0) > revision
      ? []
      : [`${command} was answered with revision ${revision} of ${stream}`],
  );

const lostEvents = ({ told, rewritten }: Played, log: readonly StoredEvent[]): readonly string[] => {
  const kept = new Map(log.map((event) => [event.position, event]));
  const lost = told.filter(({ position, stream, revision, type, data }) => {
    const event = kept.get(position);
    return (
      JSON.stringify([event?.stream, event?.revision, event?.type, event?.data]) !==
      JSON.stringify([stream, revision, type, data])
    );
  });
  return [
    ...lost.map(({ position, type }) => `${type} at ${position}`),
    ...rewritten.map((position) => `another event at ${position} than before`),
  ];
};

const badSeal = (events: readonly StoredEvent[]): string | undefined => verifySeals(events).firstBad?.reason;

const doubles = (outside: Outside, states: readonly SessionState[]): readonly string[] => [
  ...outside.doubles.map(({ service, slug }) => `another one at ${service} for ${slug}`),
  ...[...Map.groupBy(states.filter(isClaimed), ({ owners }) => owners[0])]
    .filter(([, owned]) => owned.length > 1)
    .map(([owner, owned]) => `${owned.length} sessions for ${owner}, who asked for one`),
];

const isClaimed = ({ claim, status }: SessionState): boolean => claim !== undefined && status === 'open';

const orphansIn = (outside: Outside, states: readonly SessionState[]): readonly string[] => {
  const open = new Set(states.filter(({ status }) => status === 'open').map(({ slug }) => slug));
  return Object.entries(held(outside)).flatMap(([service, slugs]) =>
    slugs.filter((slug) => !open.has(slug)).map((slug) => `${service} of ${slug}`),
  );
};

/** Neither at its end, nor with a word on what is missing. */
const stuck = (state: SessionState): string | undefined => {
  const parked = Object.values(state.steps).some(({ status }) => status === 'parked');
  if (state.status === 'closing' || state.status === 'closed') return `still ${state.status}`;
  if (state.status === 'open' && state.readyAt === undefined && !parked)
    return 'neither ready nor given up on';
  const open = state.turns.find(
    ({ status }) => status !== 'finished' && status !== 'failed' && status !== 'cancelled',
  );
  return open === undefined || state.status !== 'open' ? undefined : `a turn is ${open.status}`;
};

/** An open session has one of everything that its log says it has, with its own values in its env file. */
const unlike = (outside: Outside, state: SessionState): string | undefined => {
  if (state.status !== 'open') return undefined;
  const has = held(outside);
  const missing = SERVICES.find(
    (service) => stepOf(state, service).status === 'done' && !has[service].includes(state.slug),
  );
  if (missing !== undefined) return `it has no ${missing}, and does not know`;
  const copies = outside.providers.neon.copiesOf(state.slug);
  const gone = state.checkpoints.find(({ checkpointId }) => !copies.includes(checkpointId));
  if (gone !== undefined) return `the copy ${gone.checkpointId} is gone, and it does not know`;
  const unsettled = SERVICES.find((service) => !SETTLED.has(stepOf(state, service).status));
  if (unsettled !== undefined) return `${unsettled} is ${stepOf(state, unsettled).status}`;
  return state.sandbox.status === 'awake' || state.sandbox.status === 'asleep'
    ? unlikeInside(outside, state)
    : undefined;
};

const SETTLED: ReadonlySet<string> = new Set(['done', 'parked', 'skipped']);

const unlikeInside = ({ sandboxes }: Outside, state: SessionState): string | undefined => {
  const name = resourceName(state.slug);
  if (!sandboxes.names().includes(name)) return 'it has no sandbox, and does not know';
  const head = sandboxes.git(name).head();
  if (head !== state.history?.at) return `its code is at ${head}, and should be at ${state.history?.at}`;
  const wanted = Object.assign(
    {},
    ...(state.env?.services ?? []).map((service: ServiceName) => valuesOf(service, state.slug)),
  );
  const written = parse(sandboxes.files(name).get('/app/.env') ?? '');
  const differs = [...new Set([...Object.keys(wanted), ...Object.keys(written)])].find(
    (variable) => wanted[variable] !== written[variable],
  );
  return differs === undefined ? undefined : `${differs} in its env file is ${written[differs]}`;
};
