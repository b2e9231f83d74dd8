import type { Instant } from '../domain/envelope.ts';
import type { Provided } from '../domain/janitor/events.ts';
import type { Orphan } from '../domain/janitor/janitor.ts';
import type { StepError, StepName } from '../domain/steps.ts';
import type { ProjectionStatus } from './status.ts';
import type { PoolView } from './views.ts';

/** What operators see, as the HTTP API and the websocket send it. The web client imports these types. */

/** Milliseconds. Percentiles are upper bounds of fixed buckets, at most a quarter above the true value. */
export type Durations = {
  readonly count: number;
  /** Absent where nothing was measured yet. */
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  /** The longest there was, exact. */
  readonly max?: number;
};

/**
 * Where a session is, each in exactly one: `booting` until it was ready once, then as its sandbox is, then on its way
 * out. `closed`: everything is released, its key is about to be destroyed.
 */
export const OPS_STATES = [
  'quick',
  'booting',
  'awake',
  'asleep',
  'waking',
  'lost',
  'closing',
  'closed',
  'forgotten',
] as const;
export type OpsState = (typeof OPS_STATES)[number];

export type StepOps = {
  readonly step: StepName;
  readonly group: 'boot' | 'life' | 'release';
  /** Of attempts that succeeded, from intent to outcome. */
  readonly took: Durations;
  readonly running: number;
  readonly skipped: number;
  /** Failed attempts by error code, the most frequent first; beyond twenty codes they count as `other`. */
  readonly failures: Readonly<Record<string, number>>;
};

/** What went wrong at one provider, of boots, releases and sweeps alike. */
export type ProviderOps = {
  readonly service: Provided;
  readonly failures: number;
  readonly byCode: Readonly<Record<string, number>>;
  /** The latest failure. */
  readonly lastAt?: Instant;
  readonly lastError?: StepError;
  /** The latest success: later than `lastAt` where the provider has recovered. */
  readonly lastOkAt?: Instant;
};

/** Given up on until somebody asks for it again. */
export type ParkedWork = {
  readonly sessionId: string;
  readonly slug: string;
  readonly step: StepName;
  readonly attempt: number;
  readonly error: StepError;
  readonly since: Instant;
  /**
   * The event a retry appends, and who may ask for it: what was lost at its provider would be made anew and empty,
   * which is for the session's owner to ask.
   */
  readonly retry: {
    readonly by: 'operator' | 'owner';
    readonly command: 'ServiceRetryRequested' | 'ReleaseRetryRequested' | 'WakeRequested';
  };
};

export type ClaimOps = {
  readonly pool: number;
  readonly cold: number;
  /** Of the last hundred claims, or of as many as there were. */
  readonly recent: { readonly pool: number; readonly cold: number };
};

/** The whole installation in one document, folded from the log. */
export type OpsView = {
  readonly sessions: {
    readonly byState: Readonly<Record<OpsState, number>>;
    /** Open sessions that belong to somebody, and those that stand in the pool. */
    readonly claimed: number;
    readonly unclaimed: number;
  };
  /** Those that were ever started, in the order of a boot, of life, of the end. */
  readonly steps: readonly StepOps[];
  readonly boot: {
    /** Planned to ready, of every session that became ready. */
    readonly fromPlan: Durations;
    /** Claimed to ready, of sessions that were not ready when they were claimed: what a visitor waited. */
    readonly fromClaim: Durations;
  };
  readonly claims: ClaimOps;
  readonly providers: readonly ProviderOps[];
  /** At most two hundred, the longest waiting first. */
  readonly parked: readonly ParkedWork[];
  readonly parkedTotal: number;
  readonly turns: {
    readonly queued: number;
    readonly running: number;
    readonly finished: number;
    readonly failed: number;
    readonly cancelled: number;
    /** Of finished turns, from start to end. */
    readonly took: Durations;
  };
  readonly sandboxes: { readonly slept: number; readonly woken: number; readonly lost: number };
};

/** This server process; sampled every two seconds. */
export type ProcessFacts = {
  readonly startedAt: Instant;
  readonly sampledAt: Instant;
  readonly node: string;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  /** How late timers were within the last ten seconds. */
  readonly eventLoopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly store: {
    readonly state: 'up' | 'down';
    /** Events in the log, or bytes of it, as `unit` says. */
    readonly events: number;
    /** Set where what is counted of the log is its bytes, as in KurrentDB, and not its events. */
    readonly unit?: 'bytes';
    /** Of this process. */
    readonly appends: { readonly done: number; readonly failed: number; readonly took: Durations };
  };
};

export type OrphanCounts = {
  /** When this process last compared the providers with the log. */
  readonly sweptAt?: Instant;
  readonly orphans: number;
  readonly stuck: number;
  readonly missing: number;
};

/** What the `ops` topic of the websocket carries. */
export type OpsLive = {
  readonly ops: OpsView;
  readonly orphans: OrphanCounts;
  readonly process: ProcessFacts;
};

/** Answer of `GET /api/ops`: the three topics of the websocket at one moment. */
export type OpsReport = OpsLive & {
  readonly pool: PoolView;
  readonly projections: readonly ProjectionStatus[];
};

/** What is left over at the providers (`orphans`), cannot be given back (`stuck`), or is no longer there (`missing`). */
export type OrphansView = {
  /** When this process last looked. */
  readonly sweptAt?: Instant;
  /** An operator has asked this process to look, and that has not ended yet. */
  readonly sweeping?: true;
  readonly orphans: readonly Orphan[];
  readonly stuck: readonly HeldView[];
  readonly missing: readonly HeldView[];
};

/** Answer of `POST /api/orphans/release` where the sweep takes long: it goes on, and `GET /api/orphans` shows its end. */
export type SweepRunning = {
  readonly state: 'running';
  /** When it was asked for. It has ended well once `sweptAt` is later and `sweeping` is gone. */
  readonly since: Instant;
};

/**
 * What a sweep answers of a provider that lists so little that it is not believed: five or more, and more than a fifth, of
 * what sessions have there are not listed.
 */
export const TOO_MUCH_ABSENT = 'too_much_absent';

export type HeldView = {
  readonly sessionId: string;
  readonly service: Provided;
  readonly name: string;
  readonly since: Instant;
  readonly error?: StepError;
};

/** Answer of `GET` and `POST /api/operator/session`. */
export type OperatorSession =
  | { readonly signedIn: false }
  | { readonly signedIn: true; readonly expiresAt: Instant };
