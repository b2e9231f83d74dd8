import type * as TE from 'fp-ts/lib/TaskEither.js';
import { matches } from '../../projections/audit/filter.ts';
import { masked } from '../../projections/audit/mask.ts';
import { summaryOf } from '../../projections/audit/summary.ts';
import type { AuditEvent } from '../../projections/audit-views.ts';
import type { PublicEvent } from '../../projections/live.ts';
import type { CommandError } from '../application/command.ts';
import type { Words } from '../application/histories.ts';
import type { Application } from '../application.ts';
import { sessionViewAt, transcriptAt } from './views.ts';

const AT = '2026-11-20T10:00:00.000Z';

const toAudit = (event: PublicEvent, words: Words): AuditEvent => {
  const shown = words === 'shown' ? event : masked(event);
  return { ...shown, correlationId: 'command', schema: 1, seal: 'f'.repeat(64), summary: summaryOf(shown) };
};

/** Histories of fake sessions, from the first event to the last that fits a page. */
export const fakeAudit = ({
  eventsOf,
  slugOf,
  answer,
}: {
  readonly eventsOf: (sessionId: string) => readonly PublicEvent[];
  readonly slugOf: (sessionId: string) => string | undefined;
  readonly answer: <A>(read: () => A) => TE.TaskEither<CommandError, A>;
}): Application['audit'] => ({
  page: (sessionId, { from, limit, filter }, words) =>
    answer(() => {
      const found = eventsOf(sessionId)
        .slice(from)
        .map((event) => toAudit(event, words))
        .filter((event) => matches(filter, event));
      const events = found.slice(0, limit);
      const next = found[limit]?.pos;
      return { events, head: eventsOf(sessionId).length - 1, ...(next === undefined ? {} : { next }) };
    }),
  chain: (sessionId, pos, words) =>
    answer(() => {
      const event = toAudit(eventsOf(sessionId)[pos] ?? nowhere(pos), words);
      const command = { kind: 'command', depth: 1, id: 'command', actor: 'visitor:ada' } as const;
      return { event, ancestors: [command], descendants: [], truncated: false };
    }),
  verify: (sessionId) => answer(() => ({ events: eventsOf(sessionId).length })),
  stateAt: (sessionId, revision = eventsOf(sessionId).length - 1) => {
    const slug = slugOf(sessionId);
    return slug === undefined
      ? async () => ({ _tag: 'Left', left: { tag: 'NotFound' } })
      : answer(() => ({
          view: sessionViewAt({ sessionId, slug, revision }),
          transcript: transcriptAt(sessionId, revision),
        }));
  },
  sessions: async () => ({
    sessions: [
      {
        sessionId: 'one',
        slug: 'abcdefghijkl',
        state: 'awake',
        source: 'pool',
        owner: 'ada',
        plannedAt: AT,
        lastActivityAt: AT,
        revision: 7,
        parked: 0,
      },
    ],
    total: 1,
  }),
});

const nowhere = (pos: number): PublicEvent => ({
  pos,
  id: `event-${pos}`,
  type: 'AgentSaid',
  data: {},
  at: AT,
  actor: 'process-manager:turns',
  causationId: 'command',
});
