import type { Settings } from '../../commands/process-managers/context.ts';
import type { Life } from '../config.ts';

const MINUTE = 60_000;

/** The configuration of sleep, abandonment and the janitor in the write side's own units. */
export const lifeSettings = ({
  sleepAfterMinutes,
  unpromptedHours,
  idleDays,
  maxAwake,
}: Life): Pick<Settings, 'life' | 'maxAwake' | 'janitorEveryMs' | 'orphanGraceMs'> => ({
  life: {
    sleepAfterMs: sleepAfterMinutes * MINUTE,
    neverPromptedMs: unpromptedHours * 60 * MINUTE,
    idleMs: idleDays * 24 * 60 * MINUTE,
  },
  maxAwake,
  janitorEveryMs: 10 * MINUTE,
  orphanGraceMs: 10 * MINUTE,
});
