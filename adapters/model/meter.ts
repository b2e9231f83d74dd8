import type { Counts } from './prices.ts';

/** Whose call it is; made from the token of a sandbox. */
export type Caller = { readonly sessionId: string };

export type Started =
  | { readonly kind: 'started'; readonly callId: string }
  | { readonly kind: 'exhausted'; readonly scope: 'session' | 'day' }
  /** The session is closed, or the log cannot be written: nothing is passed on that is not recorded. */
  | { readonly kind: 'closed' | 'unavailable' };

export type Settled = Pick<
  Counts,
  'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens'
> & {
  readonly callId: string;
  readonly model: string;
  readonly costMicros: number;
  readonly outcome: 'complete' | 'cut' | 'failed';
  readonly error?: string;
};

/** Where calls are reserved before they are made, and recorded once they have ended. */
export type Meter = {
  readonly callerOf: (token: string) => Caller | undefined;
  readonly start: (
    caller: Caller,
    call: { readonly model: string; readonly reservedMicros: number; readonly limitMs: number },
  ) => Promise<Started>;
  /** Resolves once it is in the log, or will never be because the server stops. */
  readonly settle: (caller: Caller, call: Settled) => Promise<void>;
};
