import type { Directory } from '../../commands/directory.ts';
import { slugOf } from '../../commands/identifiers.ts';
import { isGivenUp, type SessionState } from '../../domain/session/state.ts';
import type { AuditSession, AuditSessions } from '../../projections/audit-views.ts';
import type { OpsState } from '../../projections/operator-views.ts';
import type { AuditSessionsQuery } from '../application/histories.ts';
import type { Views } from './views.ts';

/** Sessions as operators look through them: the one used last first, and those that were forgotten at the end. */
export const listSessions = async (
  { text, states, limit, after }: AuditSessionsQuery,
  {
    directory,
    views,
    head,
  }: {
    readonly directory: Pick<Directory, 'sessions'>;
    readonly views: Pick<Views, 'list'>;
    readonly head: (sessionId: string) => number;
  },
): Promise<AuditSessions> => {
  const wanted = text?.toLowerCase() ?? '';
  const found = [...directory.sessions()]
    .filter((state) => states === undefined || states.has(stateOf(state)))
    .filter((state) => namesOf(state).some((name) => name.toLowerCase().includes(wanted)))
    .toSorted((a, b) => (cursorOf(a) < cursorOf(b) ? 1 : -1));
  const rest = after === undefined ? found : found.filter((state) => cursorOf(state) < after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    sessions: await Promise.all(page.map((state) => toAudited(state, views, head(state.sessionId)))),
    total: found.length,
    ...(last === undefined || rest.length === page.length ? {} : { next: cursorOf(last) }),
  };
};

/** A comma stands before every digit: what has no moment any more comes last. */
const cursorOf = ({ lastActivityAt, sessionId }: SessionState): string => `${lastActivityAt},${sessionId}`;

const namesOf = ({ sessionId, slug, owners }: SessionState): readonly string[] => [
  sessionId,
  slug,
  ...owners,
];

const stateOf = ({ status, mode, sandbox, readyAt, steps }: SessionState): OpsState => {
  if (status !== 'open') return status === 'absent' ? 'booting' : status;
  if (mode === 'quick') return 'quick';
  if (readyAt === undefined || sandbox.status === 'starting') return 'booting';
  if (sandbox.status === 'awake') return 'awake';
  if (steps.wake?.status === 'running') return 'waking';
  return sandbox.status === 'gone' ? 'closing' : sandbox.status;
};

/** Of a forgotten session the directory holds nothing but its id; the list view knows when it was. */
const toAudited = async (
  state: SessionState,
  views: Pick<Views, 'list'>,
  revision: number,
): Promise<AuditSession> => {
  const { sessionId, slug, owners, claim, plannedAt, lastActivityAt, steps } = state;
  const isAsked = state.status === 'forgotten' && views.list.serves();
  const listed = isAsked ? await views.list.get(sessionId) : undefined;
  const owner = owners[0] ?? listed?.owners[0];
  return {
    sessionId,
    slug: slug === '' ? slugOf(sessionId) : slug,
    state: stateOf(state),
    ...(claim === undefined ? {} : { source: claim.source }),
    ...(owner === undefined ? {} : { owner }),
    plannedAt: listed?.item.createdAt ?? plannedAt,
    lastActivityAt: listed?.item.lastActivityAt ?? lastActivityAt,
    revision,
    parked: Object.values(steps).filter(isGivenUp).length,
  };
};
