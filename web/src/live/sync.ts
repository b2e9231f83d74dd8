import type { ClientFrame, PublicEvent, ServerFrame } from '../../../projections/live.ts';
import type { TranscriptView } from '../../../projections/transcript-views.ts';
import type { SessionView } from '../../../projections/views.ts';
import { type Drafts, supersede, withDraft } from './drafts.ts';

export type Views = { readonly view: SessionView; readonly transcript: TranscriptView };
export type Fold = (views: Views | undefined, event: PublicEvent) => Views | undefined;

/** What one page knows of one session. */
export type Sync = {
  readonly session: string;
  /** Server's epoch the positions belong to. */
  readonly epoch: string | undefined;
  /** Position of the last event in `views`; -1 before the first. */
  readonly pos: number;
  readonly views: Views | undefined;
  readonly drafts: Drafts;
  /**
   * `asking`: a `sub` is on its way and its answer not complete. `live`: everything up to `pos` is here.
   * `away`: no connection. `gone`: the server says there is no such session for us.
   */
  readonly phase: 'away' | 'asking' | 'live' | 'gone';
  /** `away`: the server is there, and can record nothing just now. */
  readonly log: 'up' | 'away';
  /** Highest position any frame has named; when an answer ends below it, something was missed on the way. */
  readonly seen: number;
};

export const begin = (session: string, kept?: { epoch: string; pos: number; views: Views }): Sync => ({
  session,
  epoch: kept?.epoch,
  pos: kept?.pos ?? -1,
  views: kept?.views,
  drafts: {},
  phase: 'away',
  log: 'up',
  seen: kept?.pos ?? -1,
});

export type Step = { readonly sync: Sync; readonly send: readonly ClientFrame[] };

const nothing = (sync: Sync): Step => ({ sync, send: [] });

/** Asks from the last position; without one, or without an epoch, the server answers with a `reset`. */
const ask = (sync: Sync): Step => ({
  sync: { ...sync, phase: 'asking' },
  send: [
    sync.views === undefined || sync.epoch === undefined
      ? { type: 'sub', session: sync.session }
      : { type: 'sub', session: sync.session, epoch: sync.epoch, from: sync.pos },
  ],
});

/** Next event: applied. Known event: dropped. Event after a gap: remembered as seen, and not applied. */
const apply = (fold: Fold, sync: Sync, event: PublicEvent): Sync => {
  const seen = Math.max(sync.seen, event.pos);
  if (event.pos !== sync.pos + 1) return { ...sync, seen };
  return {
    ...sync,
    seen,
    pos: event.pos,
    views: fold(sync.views, event),
    drafts: supersede(sync.drafts, event),
  };
};

/** A gap is asked about once; the answer to that question is waited for. */
const settle = (before: Sync, sync: Sync): Step =>
  sync.seen > sync.pos && before.phase === 'live' ? ask(sync) : nothing(sync);

/** Pure: what the page knows after a frame, and what it has to ask. Frames of other sessions change nothing. */
export const receive = (fold: Fold, sync: Sync, frame: ServerFrame): Step => {
  if ('session' in frame && frame.session !== undefined && frame.session !== sync.session) {
    return nothing(sync);
  }
  switch (frame.type) {
    case 'welcome':
      return ask(sync);
    case 'events':
      return settle(
        sync,
        frame.events.reduce((known, event) => apply(fold, known, event), sync),
      );
    case 'event':
      return settle(sync, apply(fold, sync, frame.event));
    case 'caughtUp': {
      // Live events that were skipped while this answer was on its way, and that it does not reach.
      const missed = sync.seen > Math.max(frame.pos, sync.pos);
      // Where the answer itself falls short of what it names, the next heartbeat asks again: no loop.
      const known: Sync = { ...sync, seen: sync.pos, phase: 'live' };
      return missed ? ask(known) : nothing(known);
    }
    case 'reset':
      return nothing({
        ...sync,
        epoch: frame.epoch,
        pos: frame.pos,
        seen: frame.pos,
        views: { view: frame.view, transcript: frame.transcript },
        drafts: {},
        phase: 'live',
      });
    case 'volatile':
      return nothing({ ...sync, drafts: withDraft(sync.drafts, frame, sync.views?.transcript) });
    case 'heartbeat': {
      const head = frame.heads[sync.session];
      if (head === undefined || head < 0 || head === sync.pos || sync.phase !== 'live') return nothing(sync);
      return ask(sync);
    }
    case 'log':
      return nothing({ ...sync, log: frame.state });
    case 'error':
      return nothing(frame.code === 'session_not_found' ? { ...sync, phase: 'gone' } : sync);
    default:
      return nothing(sync);
  }
};

/** The connection is gone: what is half streamed goes with it, what is recorded stays. */
export const disconnect = (sync: Sync): Sync =>
  sync.phase === 'gone' ? sync : { ...sync, phase: 'away', log: 'up', drafts: {} };
