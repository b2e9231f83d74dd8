import type { PublicEvent } from '../../projections/live.ts';

/** One session's stream in memory: what is appended can be read at once, and is announced when told to. */
export type FakeLog = {
  readonly events: PublicEvent[];
  readonly append: (type?: string, data?: unknown) => PublicEvent;
  /** Announces the next event that was not announced yet; false when there is none. */
  readonly announce: () => boolean;
  /** Announces this event, and forgets to announce those before it. */
  readonly announceOnly: (event: PublicEvent) => void;
  readonly head: () => number;
  readonly onEvent: (listener: (event: PublicEvent) => void) => () => void;
};

export const createFakeLog = (): FakeLog => {
  const events: PublicEvent[] = [];
  const listeners = new Set<(event: PublicEvent) => void>();
  let announced = 0;
  const announceOnly = (event: PublicEvent): void => {
    announced = event.pos + 1;
    for (const listener of [...listeners]) listener(event);
  };
  return {
    events,
    append: (type = 'AgentSaid', data = {}) => {
      const pos = events.length;
      const event: PublicEvent = {
        pos,
        id: `event-${pos}`,
        type,
        data,
        at: '2026-11-20T10:00:00.000Z',
        actor: 'process-manager:turns',
        causationId: 'command',
      };
      events.push(event);
      return event;
    },
    announce: () => {
      const event = events[announced];
      if (event !== undefined) announceOnly(event);
      return event !== undefined;
    },
    announceOnly,
    head: () => announced - 1,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
