import type { StoredEvent } from '../../../commands/ports/event-store.ts';
import { verifySeals } from '../../../commands/seal.ts';
import type { SessionEvent } from '../../../domain/session/events.ts';
import { evolve } from '../../../domain/session/evolve.ts';
import { noSession, type SessionState } from '../../../domain/session/state.ts';
import { resourceLedger, type SessionLedger } from '../../../projections/resource-ledger/index.ts';
import { evolveSessionView } from '../../../projections/session-view/evolve.ts';
import type { SessionView } from '../../../projections/views.ts';
import { CANARY } from '../world/provider.ts';
import { disagreement, toFeed } from './views.ts';
import { brokenRule } from './word.ts';

export type SessionHistory = {
  readonly state: SessionState;
  readonly view: SessionView | undefined;
  readonly ledger: SessionLedger | undefined;
  readonly broken: readonly { readonly invariant: string; readonly detail: string }[];
};

/** Everything that can be said of one session's stream by itself, event by event. */
export const readHistory = (
  events: readonly StoredEvent[],
  key: Uint8Array | undefined,
  { exclusive, seals }: { readonly exclusive: boolean; readonly seals: boolean },
): SessionHistory => {
  const broken: { invariant: string; detail: string }[] = [];
  const isBroken = (invariant: string, detail: string): void => void broken.push({ invariant, detail });
  const rule = brokenRule(events, { exclusive });
  if (rule !== undefined) isBroken('the stream is a word of its language', rule);
  const firstBad = seals ? verifySeals(events).firstBad : undefined;
  if (firstBad !== undefined) isBroken('seals fit', `revision ${firstBad.pos}: ${firstBad.reason}`);

  let state = noSession;
  let view: SessionView | undefined;
  let ledger: SessionLedger | undefined;
  for (const stored of events) {
    const event = toFeed(stored, key);
    state = evolve(state, stored as unknown as SessionEvent, stored.metadata.at);
    view = evolveSessionView(view, event);
    ledger = resourceLedger.evolve(ledger, event);
    const differs = view === undefined ? 'there is no page' : disagreement(view, state);
    if (differs !== undefined && broken.length === 0)
      isBroken('the page shows the log', `revision ${stored.revision}, ${stored.type}: ${differs}`);
    if (stored.type === 'AgentSaid' && JSON.stringify(event.data).includes(CANARY))
      isBroken('no secret is on the page', `revision ${stored.revision}`);
  }
  return { state, view, ledger, broken };
};
