import { parse } from 'dotenv';
import { resourceName, SERVICES } from '../../../domain/services.ts';
import { isDone, nextTurn, runningTurn, type SessionState } from '../../../domain/session/state.ts';
import { BOOT_STEPS } from '../../../domain/steps.ts';
import type { World } from '../world/world.ts';

const parkedIn = ({ steps }: SessionState): readonly string[] =>
  Object.entries(steps).flatMap(([step, { status }]) => (status === 'parked' ? [step] : []));

/** What has begun a moment ago has not had its time yet: the clock alone may end, renew or wake something. */
const JUST_BEGUN_MS = 30_000;

const hasJustBegun = ({ steps, plannedAt, renewedAt = plannedAt }: SessionState, now: string): boolean =>
  [renewedAt, ...Object.values(steps).map((step) => (step.status === 'running' ? step.startedAt : ''))].some(
    (at) => Date.parse(now) - Date.parse(at) < JUST_BEGUN_MS,
  );

/** Two minutes after the last fault: ready, or something of it is parked, which is what its owner is shown. */
export const stuckSoon = (state: SessionState, now: string): string | undefined => {
  if (hasJustBegun(state, now)) return undefined;
  const parked = parkedIn(state);
  if (state.status === 'open' && state.mode !== 'quick' && state.readyAt === undefined && parked.length === 0)
    return `neither ready nor parked: ${waitingFor(state)}`;
  if ((state.status === 'closing' || state.status === 'closed') && parked.length === 0)
    return `still ${state.status}: ${waitingFor(state)}`;
  return undefined;
};

const waitingFor = ({ steps }: SessionState): string =>
  Object.entries(steps)
    .filter(([, { status }]) => status !== 'done')
    .map(([step, { status }]) => `${step} ${status}`)
    .join(', ') || 'nothing at all';

const MAY_BE_OVER = new Set(['push', 'history_move', 'fork_data', 'fork_code', 'sleep']);

/** After the last fault, and after its owner and the operator have pressed what there was to press. */
export const stuckForGood = (state: SessionState): string | undefined => {
  if (state.status === 'absent' || state.status === 'forgotten') return undefined;
  if (state.status !== 'open') return `still ${state.status}: ${waitingFor(state)}`;
  if (state.mode === 'quick') return unfinishedPage(state);
  if (state.readyAt === undefined) return `not ready: ${waitingFor(state)}`;
  // What failed and is not wanted any more is nothing to finish: the commit of a push or a move may be gone with its
  // sandbox, and a sandbox that was to sleep is in use again.
  const unfinished = Object.entries(state.steps).find(
    ([step, { status }]) => status !== 'done' && status !== 'waiting' && !MAY_BE_OVER.has(step),
  );
  if (unfinished !== undefined) return `${unfinished[0]} is ${unfinished[1].status}`;
  const missing = BOOT_STEPS.filter((step) => step !== 'residential_ip' || state.residentialIp).find(
    (step) => !isDone(state, step),
  );
  if (missing !== undefined) return `${missing} was never done`;
  if (runningTurn(state) !== undefined || nextTurn(state) !== undefined) return 'a turn has not ended';
  if (state.history?.move !== undefined) return 'a move has not ended';
  if (state.pushed !== state.history?.at) return 'the last commit was not pushed';
  if (state.sandbox.status !== 'awake' && state.sandbox.status !== 'asleep')
    return `its sandbox is ${state.sandbox.status}`;
  return undefined;
};

/** A page that could not become a full app keeps what it has got of one, until it is tried again or deleted. */
const unfinishedPage = (state: SessionState): string | undefined => {
  if (runningTurn(state) !== undefined || nextTurn(state) !== undefined)
    return 'a page is not written to its end';
  return state.history?.move === undefined ? undefined : 'a move of a page has not ended';
};

/** What the providers hold beside what the log says: one of everything for whoever is open, and nothing else of ours. */
export const unlikeTheLedger = (
  { sandboxes, providers, database }: World,
  sessions: readonly SessionState[],
): string | undefined => {
  const open = new Map(
    sessions.filter(({ status }) => status === 'open').map((state) => [state.slug, state]),
  );
  for (const service of SERVICES) {
    const { live } = providers[service];
    for (const slug of live.keys()) {
      const owner = open.get(slug);
      if (owner === undefined || !(isDone(owner, service) || owner.mode === 'quick'))
        return `an orphan at ${service}: ${slug}`;
    }
    for (const [slug, state] of open)
      if (isDone(state, service) && !live.has(slug)) return `${slug} has no ${service}, and does not know`;
  }
  for (const [slug, state] of open) {
    const copies = database.copiesOf(slug);
    if (state.checkpoints.some(({ checkpointId }) => !copies.includes(checkpointId)))
      return `a copy of the data of ${slug} is gone, and it does not know`;
  }
  const names = new Set(sandboxes.fake.names());
  for (const name of names)
    if (!open.has(name.slice(resourceName('').length))) return `an orphan sandbox: ${name}`;
  for (const [slug, state] of open) {
    if (state.mode === 'quick') continue;
    if (!names.has(resourceName(slug))) return `${slug} has no sandbox, and does not know`;
    const isUp = sandboxes.fake.running(resourceName(slug)) !== undefined;
    if (isUp !== (state.sandbox.status === 'awake'))
      return `the sandbox of ${slug} is not ${state.sandbox.status}`;
  }
  return undefined;
};

/** `/app/.env` is what the vault has for the services that are there, and what the user wrote; and nothing else. */
export const wrongEnv = (
  { sandboxes, providers, vault }: World,
  state: SessionState,
  byHand: Readonly<Record<string, string>>,
): string | undefined => {
  if (state.status !== 'open' || state.mode === 'quick' || state.sandbox.status !== 'awake') return undefined;
  const kept = vault.valuesOf(state.sessionId);
  const wanted: Record<string, string> = { ...byHand };
  for (const service of SERVICES) {
    for (const [name, value] of Object.entries(providers[service].current(state.slug) ?? {})) {
      wanted[name] = value;
      if (kept?.get(name) !== value)
        return `the vault has ${kept?.get(name)}, and ${service} handed out ${value} last`;
    }
  }
  const file = parse(sandboxes.fake.files(resourceName(state.slug)).get('/app/.env') ?? '');
  for (const name of new Set([...Object.keys(file), ...Object.keys(wanted)]))
    if (file[name] !== wanted[name])
      return `${name} is ${file[name]} in the env file, and should be ${wanted[name]}`;
  return undefined;
};
