import { randomUUID } from 'node:crypto';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { PublicEvent, ServerFrame } from '../../projections/live.ts';
import { evolveSessionView } from '../../projections/session-view/evolve.ts';
import { evolveTranscript } from '../../projections/transcript-view/evolve.ts';
import type { TranscriptView } from '../../projections/transcript-views.ts';
import type { SessionView } from '../../projections/views.ts';

type Listener = (frame: ServerFrame) => void;

/** One session of the mock server: a list of events in memory, and who follows it. */
export class SessionLog {
  readonly id: string;
  readonly slug: string;
  readonly events: PublicEvent[] = [];
  readonly listeners = new Set<Listener>();
  /** Set by a scenario that has to be stopped. */
  cancelled = false;

  constructor(id: string) {
    this.id = id;
    this.slug = id
      .replace(/[^a-z0-9]/g, '')
      .padEnd(12, 'x')
      .slice(0, 12);
  }

  append(event: SessionEvent, at = new Date(), actor: PublicEvent['actor'] = 'process-manager:turns'): void {
    const pos = this.events.length;
    const recorded: PublicEvent = {
      pos,
      id: randomUUID(),
      type: event.type,
      data: event.data,
      at: at.toISOString(),
      actor,
      causationId: this.events.at(-1)?.id ?? randomUUID(),
    };
    this.events.push(recorded);
    this.tell({ type: 'event', session: this.id, prev: pos - 1, event: recorded });
  }

  tell(frame: ServerFrame): void {
    for (const listener of this.listeners) listener(frame);
  }

  get head(): number {
    return this.events.length - 1;
  }

  /** As it is, or as it was after the event at that revision. */
  views(at: string | null = null): { readonly view: SessionView; readonly transcript: TranscriptView } {
    const events = at === null ? this.events : this.events.slice(0, Number(at) + 1);
    const view = events.reduce<SessionView | undefined>(evolveSessionView, undefined);
    const transcript = events.reduce<TranscriptView | undefined>(evolveTranscript, undefined);
    if (view === undefined || transcript === undefined) throw new Error(`${this.id} was never planned`);
    return { view, transcript };
  }
}
