import type { Instant } from '../envelope.ts';
import type { SessionEvent } from './events.ts';

/** What all sessions together spend on models in a day (UTC), in micro-dollars. */
export type SpendingDay = {
  /** Like `2026-11-29`; empty before the first call. */
  readonly day: string;
  readonly settledMicros: number;
  /** Calls that have begun and not ended, whichever day they began on: by their id, what is reserved. */
  readonly open: ReadonlyMap<string, number>;
};

export const noSpendingYet: SpendingDay = { day: '', settledMicros: 0, open: new Map() };

export const dayOf = (at: Instant): string => at.slice(0, 10);

/** The day after one more event of any session. A call counts on the day on which it ends. */
export const evolveSpendingDay = (spending: SpendingDay, event: SessionEvent, at: Instant): SpendingDay => {
  switch (event.type) {
    case 'ModelCallStarted':
      return { ...spending, open: new Map(spending.open).set(event.data.callId, event.data.reservedMicros) };
    case 'UsageRecorded': {
      const { callId = '', costMicros = 0 } = event.data;
      const today = asOn(spending, dayOf(at));
      const open = new Map(spending.open);
      open.delete(callId);
      return { ...today, settledMicros: today.settledMicros + costMicros, open };
    }
    default:
      return spending;
  }
};

/** The same, seen on that day: what an earlier one has spent is past. */
export const asOn = (spending: SpendingDay, day: string): SpendingDay =>
  day <= spending.day ? spending : { ...spending, day, settledMicros: 0 };

export const reservedToday = ({ open }: SpendingDay): number =>
  [...open.values()].reduce((sum, micros) => sum + micros, 0);
