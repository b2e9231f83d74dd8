import type { Instant } from '../../domain/envelope.ts';
import type { Provided } from '../../domain/janitor/events.ts';
import type { StepError, StepName } from '../../domain/steps.ts';
import { EMPTY, type Histogram } from './histogram.ts';

/** Milliseconds since 1970. */
type Ms = number;

export type Parked = { readonly attempt: number; readonly error: StepError; readonly since: Instant };

/** An open session, as far as operations go. It leaves when it is forgotten. */
export type OpsSession = {
  readonly slug: string;
  readonly plannedAt: Ms;
  readonly isClaimed: boolean;
  /** One page, and no sandbox. */
  readonly isQuick?: true;
  /** Set on a session that was claimed before it was ready, until it is. */
  readonly waitingSince?: Ms;
  readonly isReady: boolean;
  readonly sandbox: 'starting' | 'awake' | 'asleep' | 'lost';
  readonly end?: 'closing' | 'closed';
  /** Steps under way, and since when. */
  readonly running: Readonly<Partial<Record<StepName, Ms>>>;
  readonly parked: Readonly<Partial<Record<StepName, Parked>>>;
  readonly queuedTurns: number;
  /** Turns under way, and since when. */
  readonly turns: Readonly<Record<string, Ms>>;
};

export type Counts = Readonly<Record<string, number>>;

export type StepCounts = { readonly took: Histogram; readonly skipped: number; readonly failures: Counts };

export type ProviderCounts = {
  readonly byCode: Counts;
  readonly lastAt?: Instant;
  readonly lastError?: StepError;
  readonly lastOkAt?: Instant;
};

/**
 * A share of all sessions with everything that was counted of them. One document for all would be written whole for
 * each event of any of them; one for each session would have to be read whole for every look.
 */
export type OpsShard = {
  readonly sessions: Readonly<Record<string, OpsSession>>;
  readonly forgotten: number;
  readonly steps: Readonly<Partial<Record<StepName, StepCounts>>>;
  readonly boot: { readonly fromPlan: Histogram; readonly fromClaim: Histogram };
  readonly claims: {
    readonly pool: number;
    readonly cold: number;
    /** When, and from where, of the last ones. */
    readonly recent: readonly (readonly [Ms, 'pool' | 'cold'])[];
  };
  readonly providers: Readonly<Partial<Record<Provided, ProviderCounts>>>;
  readonly turns: {
    readonly finished: number;
    readonly failed: number;
    readonly cancelled: number;
    readonly took: Histogram;
  };
  readonly sandboxes: { readonly slept: number; readonly woken: number; readonly lost: number };
};

export const NO_SHARD: OpsShard = {
  sessions: {},
  forgotten: 0,
  steps: {},
  boot: { fromPlan: EMPTY, fromClaim: EMPTY },
  claims: { pool: 0, cold: 0, recent: [] },
  providers: {},
  turns: { finished: 0, failed: 0, cancelled: 0, took: EMPTY },
  sandboxes: { slept: 0, woken: 0, lost: 0 },
};

export const RECENT_CLAIMS = 100;
/** Codes come from providers: what is beyond so many counts as one. */
const MOST_CODES = 20;
const OTHER = 'other';
const CODE_CHARS = 64;
const MESSAGE_CHARS = 300;

export const countOf = (counts: Counts, key: string): number =>
  Object.hasOwn(counts, key) ? (counts[key] ?? 0) : 0;

/** One more of a code. */
export const oneMore = (counts: Counts, code: string): Counts => {
  const short = code.slice(0, CODE_CHARS);
  const isOneTooMany = !Object.hasOwn(counts, short) && Object.keys(counts).length >= MOST_CODES;
  const key = isOneTooMany ? OTHER : short;
  return { ...counts, [key]: countOf(counts, key) + 1 };
};

export const shortened = ({ code, message, retryable }: StepError): StepError => ({
  code: code.slice(0, CODE_CHARS),
  message: message.slice(0, MESSAGE_CHARS),
  retryable,
});

const SHARDS = 32;

/** The shard of a stream: FNV-1a, so that ids which differ in a letter spread. */
export const shardOf = (stream: string): string => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < stream.length; index += 1)
    hash = Math.imul(hash ^ stream.charCodeAt(index), 0x01000193);
  return String((hash >>> 0) % SHARDS);
};
