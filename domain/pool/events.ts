export type SettledAs = 'claimed' | 'discarded' | 'renewed';

/** What is decided about the pool of one spec, in stream `pool-<specHash>`. */
export type PoolEvent =
  | { readonly type: 'PoolTargetSet'; readonly data: { readonly target: number } }
  /** A session is to be planned under this id: the decision, before `SessionPlanned` is appended. */
  | { readonly type: 'PrewarmPlanned'; readonly data: { readonly sessionId: string } }
  /** The entry no longer counts: it was claimed, discarded, never came up, or was made anew for another spec's pool. */
  | {
      readonly type: 'PrewarmSettled';
      readonly data: { readonly sessionId: string; readonly outcome: SettledAs };
    }
  | { readonly type: 'PoolDrained'; readonly data: { readonly reason: string } };

export const poolStream = (specHash: string): string => `pool-${specHash}`;
export const POOL_STREAM_PREFIX = 'pool-';
