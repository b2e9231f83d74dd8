import type { ServiceName } from '../services.ts';
import type { StepError } from '../steps.ts';

/** What a listing of providers can hold. */
export type Provided = ServiceName | 'sandbox';

/** What the janitor found at the providers and did about it, in the one stream `janitor`. */
export type JanitorEvent =
  /** A resource of ours that no session owns any more: by its name, and by what the log says about that name. */
  | {
      readonly type: 'OrphanFound';
      readonly data: {
        readonly service: Provided;
        readonly provider: string;
        readonly resourceId: string;
        readonly name: string;
        readonly slug: string;
        readonly why: OrphanReason;
      };
    }
  | { readonly type: 'OrphanReleased'; readonly data: OrphanId }
  | { readonly type: 'OrphanReleaseFailed'; readonly data: OrphanId & { readonly error: StepError } }
  /** It is no longer there, or it is somebody's after all: nothing is left to do. */
  | { readonly type: 'OrphanSettled'; readonly data: OrphanId };

/**
 * `no_session`: the log knows no session of that name. `released`: its session gave it back, and it is there still.
 * `double`: its session has another one of the same name, which it uses.
 */
export type OrphanReason = 'no_session' | 'released' | 'double';

export type OrphanId = { readonly service: Provided; readonly resourceId: string };

export const JANITOR_STREAM = 'janitor';
