import type { StepError } from '../steps.ts';

/** The copy of the data is deleted; the commit, which never changes, is too large. */
const FOR_GOOD = new Set(['checkpoint_missing', 'code_too_large']);

/** Whether what a fork was to bring over cannot come, however often it is tried. */
export const isGoneForGood = (error: StepError | undefined): boolean =>
  error !== undefined && FOR_GOOD.has(error.code);
