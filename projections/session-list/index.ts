import type { SessionEventOf } from '../../domain/session/events.ts';
import { asSessionEvent } from '../known-event.ts';
import type { FeedEvent } from '../ports.ts';
import { type Projection, sessionKey } from '../projection.ts';
import { evolveSessionView } from '../session-view/evolve.ts';
import { noSpending } from '../session-view/spending.ts';
import type { SessionListItem, SessionView } from '../views.ts';

/** A session in its owners' list, with what is needed to say whose it is. Never sent whole to a client. */
export type ListedSession = {
  readonly item: SessionListItem;
  readonly owners: readonly string[];
  /** SHA-256 (hex) of the session key it was claimed with. */
  readonly keyDigest?: string;
  /** Of the keys of browsers that were let in later, each good for its own owner. */
  readonly ownKeys: readonly { readonly owner: string; readonly keyDigest: string }[];
  readonly forgotten: boolean;
};

/** Most of a log, and nothing that a list shows. */
const IGNORED = new Set([
  ...['AgentSaid', 'ToolCalled', 'ToolReturned', 'ModelCallStarted', 'UsageRecorded'],
  ...['TurnLeaseRenewed', 'TurnVerified', 'CorrectionRequested', 'MailRequested', 'MailSent', 'MailRefused'],
]);

export const sessionList: Projection<ListedSession> = {
  name: 'session_list',
  version: 3,
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
        ...(event.data.mode === 'quick' ? ({ mode: 'quick', phase: 'ready', sandbox: 'none' } as const) : {}),
      };
      return { item, owners: [], ownKeys: [], forgotten: false };
    }
    if (listed === undefined) return undefined;
    switch (event.type) {
      case 'SandboxClaimed': {
        const { owner, keyDigest } = event.data;
        const item = { ...listed.item, createdAt: event.at, lastActivityAt: event.at };
        return { ...listed, item, owners: [owner], keyDigest };
      }
      case 'OwnerAdded':
        return withOwner(listed, event.data);
      default:
        return {
          ...listed,
          item: itemAfter(listed.item, published),
          forgotten: listed.forgotten || event.type === 'SessionForgotten',
        };
    }
  },
  indexes: ({ owners }) => ({ owner: owners }),
  ignores: IGNORED,
};

const withOwner = (
  listed: ListedSession,
  { owner, keyDigest }: SessionEventOf<'OwnerAdded'>['data'],
): ListedSession => ({
  ...listed,
  owners: listed.owners.includes(owner) ? listed.owners : [...listed.owners, owner],
  ownKeys: keyDigest === undefined ? listed.ownKeys : [...listed.ownKeys, { owner, keyDigest }],
});

/** Whether a browser that is `owner` opens the session with the key of that digest. `same` compares in constant time. */
export const opens = (
  { keyDigest, owners, ownKeys }: ListedSession,
  browser: { readonly owner: string; readonly keyDigest: string },
  same: (known: string, given: string) => boolean,
): boolean => {
  const own = ownKeys.filter(({ owner }) => owner === browser.owner);
  const known = own.length > 0 ? own.map((key) => key.keyDigest) : keyDigest === undefined ? [] : [keyDigest];
  return owners.includes(browser.owner) && known.some((digest) => same(digest, browser.keyDigest));
};

const ACTIVITY = new Set(['TurnSubmitted', 'TurnFinished', 'TurnFailed', 'HistoryMoved']);

/** The list shows four fields of the session page; they change by the same rules. */
const itemAfter = (item: SessionListItem, event: FeedEvent): SessionListItem => {
  const lastActivityAt = ACTIVITY.has(event.type) ? event.at : item.lastActivityAt;
  const after = IGNORED.has(event.type) ? undefined : evolveSessionView(asView(item), event);
  if (after === undefined) return item;
  const { mode: _before, ...rest } = item;
  const { title, phase, sandbox, mode } = after;
  return { ...rest, title, phase, sandbox, lastActivityAt, ...(mode === undefined ? {} : { mode }) };
};

const asView = ({
  sessionId,
  slug,
  title,
  phase,
  sandbox,
  mode,
  createdAt,
}: SessionListItem): SessionView => ({
  sessionId,
  slug,
  title,
  phase,
  sandbox,
  ...(mode === undefined ? {} : { mode }),
  revision: 0,
  plannedAt: createdAt,
  ...(phase === 'booting' || mode !== undefined ? {} : { readyAt: createdAt }),
  missing: [],
  model: '',
  models: [],
  spending: noSpending,
  checklist: [],
  services: [],
  env: { version: 0, names: [] },
  history: { at: '', root: '', commits: [], childOf: {}, checkpoints: [], givenUp: [] },
  queuedTurns: 0,
  appErrors: [],
});
