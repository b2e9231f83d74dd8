import { asSessionEvent } from '../known-event.ts';
import type { FeedEvent } from '../ports.ts';
import { type Projection, sessionKey } from '../projection.ts';
import { evolveSessionView } from '../session-view/evolve.ts';
import type { SessionListItem, SessionView } from '../views.ts';

/** A session in its owners' list, with what is needed to say whose it is. Never sent whole to a client. */
export type ListedSession = {
  readonly item: SessionListItem;
  readonly owners: readonly string[];
  /** SHA-256 (hex) of the session key. */
  readonly keyDigest?: string;
  readonly forgotten: boolean;
};

export const sessionList: Projection<ListedSession> = {
  name: 'session_list',
  version: 1,
  keyOf: sessionKey,
  evolve: (listed, published) => {
    const event = asSessionEvent(published);
    if (event.type === 'SessionPlanned') {
      const { sessionId, slug } = event.data;
      const item: SessionListItem = {
        sessionId,
        slug,
        title: '',
        phase: 'booting',
        sandbox: 'booting',
        createdAt: event.at,
        lastActivityAt: event.at,
      };
      return { item, owners: [], forgotten: false };
    }
    if (listed === undefined) return undefined;
    switch (event.type) {
      case 'SandboxClaimed': {
        const { owner, keyDigest } = event.data;
        const item = { ...listed.item, createdAt: event.at, lastActivityAt: event.at };
        return { ...listed, item, owners: [owner], keyDigest };
      }
      case 'OwnerAdded':
        return { ...listed, owners: [...listed.owners, event.data.owner] };
      default:
        return {
          ...listed,
          item: itemAfter(listed.item, published),
          forgotten: listed.forgotten || event.type === 'SessionForgotten',
        };
    }
  },
  indexes: ({ owners }) => ({ owner: owners }),
  ignores: new Set(['AgentSaid', 'ToolCalled', 'ToolReturned', 'UsageRecorded']),
};

const ACTIVITY = new Set(['TurnSubmitted', 'TurnFinished', 'TurnFailed', 'HistoryMoved']);

/** The list shows four fields of the session page; they change by the same rules. */
const itemAfter = (item: SessionListItem, event: FeedEvent): SessionListItem => {
  const lastActivityAt = ACTIVITY.has(event.type) ? event.at : item.lastActivityAt;
  const after = evolveSessionView(asView(item), event);
  return after === undefined
    ? item
    : { ...item, title: after.title, phase: after.phase, sandbox: after.sandbox, lastActivityAt };
};

const asView = ({ sessionId, slug, title, phase, sandbox, createdAt }: SessionListItem): SessionView => ({
  sessionId,
  slug,
  title,
  phase,
  sandbox,
  revision: 0,
  plannedAt: createdAt,
  ...(phase === 'booting' ? {} : { readyAt: createdAt }),
  missing: [],
  model: '',
  checklist: [],
  services: [],
  env: { version: 0, names: [] },
  history: { at: '', root: '', commits: [], childOf: {} },
  queuedTurns: 0,
});
