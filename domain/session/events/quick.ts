import type { StepError } from '../../steps.ts';
import type { Event } from './event.ts';

export type QuickEvent =
  /** The session boots, as any other; what was written so far is carried over. */
  | Event<
      'UpgradeRequested',
      {
        /** The turn that builds the app from the page; absent where nothing was ever asked for. */
        turnId?: string;
      }
    >
  /** It could not be set up: the page is as it was, and goes on. */
  | Event<'UpgradeFailed', { error: StepError }>;
