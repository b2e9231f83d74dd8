import type { Instant } from '../envelope.ts';
import { resourceName } from '../services.ts';
import { isDone, type SessionState } from '../session/state.ts';
import type { StepError } from '../steps.ts';
import type { JanitorEvent, OrphanId, OrphanReason, Provided } from './events.ts';

type Found = Extract<JanitorEvent, { type: 'OrphanFound' }>['data'];

export type Orphan = Found & { readonly foundAt: Instant; readonly error?: StepError };

/** Orphans that are known and not yet dealt with, by service and id. */
export type JanitorState = { readonly orphans: Readonly<Record<string, Orphan>> };

export const noOrphans: JanitorState = { orphans: {} };

export const orphanKey = ({ service, resourceId }: OrphanId): string => `${service}|${resourceId}`;

export const evolveJanitor = (state: JanitorState, event: JanitorEvent, at: Instant): JanitorState => {
  switch (event.type) {
    case 'OrphanFound':
      return withOrphan(state, { ...event.data, foundAt: at });
    case 'OrphanReleaseFailed': {
      const orphan = state.orphans[orphanKey(event.data)];
      return orphan === undefined ? state : withOrphan(state, { ...orphan, error: event.data.error });
    }
    case 'OrphanReleased':
    case 'OrphanSettled': {
      const { [orphanKey(event.data)]: _over, ...orphans } = state.orphans;
      return { orphans };
    }
    default:
      return unknownEvent(state, event);
  }
};

const withOrphan = (state: JanitorState, orphan: Orphan): JanitorState => ({
  orphans: { ...state.orphans, [orphanKey(orphan)]: orphan },
});

const unknownEvent = (state: JanitorState, _event: never): JanitorState => state;

/** One resource as a provider lists it. */
export type Listed = {
  readonly service: Provided;
  readonly provider: string;
  readonly resourceId: string;
  readonly name: string;
  readonly slug: string;
  /** A copy on this server of what its provider has, or had. */
  readonly isCopy?: true;
};

const SLUG = /^[a-z0-9]{12}$/;

/** The second half of a name may say what it is: a mail audience is called `mk0r-<slug> Users`. */
const bearsOurName = ({ name, slug }: Listed): boolean =>
  SLUG.test(slug) && `${name} `.startsWith(`${resourceName(slug)} `);

/**
 * Why a listed resource is an orphan of ours, or `undefined` where it is not, or not ours. What a session is still using,
 * asking for or giving back is that session's own affair.
 */
export const whyOrphan = (listed: Listed, owner: SessionState | undefined): OrphanReason | undefined => {
  if (!bearsOurName(listed)) return undefined;
  if (owner === undefined || owner.status === 'absent') return 'no_session';
  const isOver = owner.status === 'forgotten' || isDone(owner, `release_${listed.service}`);
  if (isOver) return 'released';
  return isDouble(listed, owner) ? 'double' : undefined;
};

const isGiven = ({ resourceId, service }: Listed, { provisioned }: SessionState): boolean => {
  const given = service === 'sandbox' ? undefined : provisioned[service];
  return given !== undefined && (given.resourceId === resourceId || given.keyId === resourceId);
};

/** Another one of its name came about late, and nobody was told of it. A key is only known by the id of the session's own. */
const isDouble = (listed: Listed, owner: SessionState): boolean => {
  const { service, provider, isCopy } = listed;
  if (service === 'sandbox' || isCopy === true || owner.status !== 'open' || !isDone(owner, service))
    return false;
  const given = owner.provisioned[service];
  const isKnown = given?.provider === provider && (service !== 'resend' || given.keyId !== undefined);
  return isKnown && !isGiven(listed, owner);
};

/** Whether a listing has what the session uses: only beside that another one is a double. */
export const hasOwn = (all: readonly Listed[], { service, slug }: Listed, owner: SessionState | undefined) =>
  owner !== undefined &&
  all.some((one) => one.service === service && one.slug === slug && isGiven(one, owner));

/**
 * Whether it may be released without anybody asking: it has been known for `graceMs`, and it is certain to be ours. At a
 * provider that others share (another server on the same account), only our own log makes it so.
 */
export const mayRelease = (orphan: Orphan, now: Instant, graceMs: number): boolean =>
  Date.parse(now) - Date.parse(orphan.foundAt) >= graceMs &&
  (orphan.why !== 'no_session' || orphan.provider === EMBEDDED);

/** What providers that this server runs itself are called: whatever they hold is ours. */
export const EMBEDDED = 'embedded';

/** What a look at the providers has changed: `found` of the services in `looked`, and nothing is said of the others. */
export const decideNoteFindings = (
  command: {
    readonly found: readonly (Listed & { readonly why: OrphanReason })[];
    readonly looked: readonly Provided[];
  },
  state: JanitorState,
): readonly JanitorEvent[] => {
  const seen = new Set(command.found.map(orphanKey));
  const settled = Object.values(state.orphans)
    .filter((orphan) => command.looked.includes(orphan.service) && !seen.has(orphanKey(orphan)))
    .map(({ service, resourceId }) => ({ type: 'OrphanSettled', data: { service, resourceId } }) as const);
  const added = command.found
    .filter((listed) => state.orphans[orphanKey(listed)] === undefined)
    .map((data) => ({ type: 'OrphanFound', data }) as const);
  return [...settled, ...added];
};

/** How the release of an orphan ended. A failure is said once, until it is another one. */
export const decideNoteRelease = (
  { service, resourceId, error }: OrphanId & { readonly error?: StepError },
  state: JanitorState,
): readonly JanitorEvent[] => {
  const orphan = state.orphans[orphanKey({ service, resourceId })];
  if (orphan === undefined) return [];
  if (error === undefined) return [{ type: 'OrphanReleased', data: { service, resourceId } }];
  return orphan.error?.code === error.code
    ? []
    : [{ type: 'OrphanReleaseFailed', data: { service, resourceId, error } }];
};
