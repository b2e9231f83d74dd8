import type { Instant } from '../domain/envelope.ts';
import type { ServiceName } from '../domain/services.ts';
import type { AppErrorSource, BudgetScope, ModelOffer } from '../domain/session/events.ts';
import type { BootStep, StepError } from '../domain/steps.ts';
import type { HistoryView } from './history-views.ts';

export type * from './audit-views.ts';
export type * from './operator-views.ts';

/** The shapes of the read side, as the HTTP API and the websocket send them. The web client imports these types. */

export type ChecklistStep = {
  readonly step: BootStep;
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'parked' | 'skipped';
  readonly attempt: number;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly error?: StepError;
  /** Set on `failed`: when the next attempt is due. */
  readonly retryAt?: Instant;
  /** Set on `skipped`. */
  readonly reason?: string;
};

export type ServiceView = {
  readonly service: ServiceName;
  readonly status: ChecklistStep['status'];
  readonly provider?: string;
  readonly names: readonly string[];
  /** Public facts, e.g. database name, repository URL. */
  readonly facts: Readonly<Record<string, string>>;
  /** Its owner gives it back, and that is under way. */
  readonly releasing?: true;
};

/** The last file that was saved by hand, or is being saved. */
export type SaveView = {
  readonly saveId: string;
  readonly status: 'saving' | 'saved' | 'refused';
  readonly sha?: string;
  readonly error?: StepError;
};

/** Where the session was forked from, and how far that has come; words read `[erased]` when it was forgotten. */
export type ForkView = {
  /** The session it is forked from, which may be gone by now. */
  readonly from: string;
  readonly commit: string;
  readonly title: string;
  readonly version: string;
  readonly at: Instant;
  readonly data: 'kept' | 'empty';
  readonly parts: Readonly<Record<'code' | 'data', ForkPart>>;
  /** It has been worked on: what did not come over is not brought over any more. */
  readonly isWorkedOn?: true;
};

/** `error` also while it is tried again; `none`: there is nothing to bring. */
export type ForkPart = {
  readonly status: 'none' | 'coming' | 'there' | 'failed';
  readonly error?: StepError;
};

/** What a session has used of models. Amounts are micro-dollars; 0 where calls do not go through the relay. */
export type SpendingView = {
  readonly costMicros: number;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** What it may spend in all; known from its first call on. */
  readonly budgetMicros?: number;
  /** No call could be paid for any more: the session's own budget, or what all may spend in a day (UTC). */
  readonly exhausted?: {
    readonly scope: BudgetScope;
    readonly budgetMicros: number;
    readonly spentMicros: number;
    readonly at: Instant;
  };
};

/** An error of the app, and what was done about it. */
export type AppErrorView = {
  /** The same for the same error, whatever its numbers and places are. */
  readonly fingerprint: string;
  readonly source: AppErrorSource;
  readonly message: string;
  readonly detail?: string;
  /** The commit it was last seen at; at another one nothing is known of it. */
  readonly sha: string;
  readonly at: Instant;
  /** Turns that were to fix it, since the visitor last said something of their own. */
  readonly attempts: readonly string[];
};

/** The mail of the app, where there is any to speak of. */
export type MailView = {
  /** The UTC day the count is of. */
  readonly day: string;
  readonly mails: number;
  /** Addresses the owner has shown to be theirs; `[erased]` when the session was forgotten. */
  readonly verified: readonly string[];
  readonly pending?: { readonly address: string; readonly expiresAt: Instant; readonly failures: number };
  /** The newest requests, newest first. */
  readonly sends: readonly {
    readonly sendId: string;
    readonly at: Instant;
    readonly mails: number;
    readonly to: readonly string[];
    readonly subject: string;
    readonly status: 'sending' | 'sent' | 'refused';
  }[];
};

/** What the session page needs. `phase` says what the page shows before anything else. */
export type SessionView = {
  readonly sessionId: string;
  readonly slug: string;
  readonly revision: number;
  readonly phase: 'booting' | 'ready' | 'closing' | 'closed';
  /** `none`: a quick page has none. */
  readonly sandbox: 'none' | 'booting' | 'awake' | 'asleep' | 'waking' | 'lost' | 'gone';
  /** One page without a backend, or on its way from that to a full app; absent: a full app. */
  readonly mode?: 'quick' | 'upgrading';
  /** Why it did not become a full app when that was asked for last. */
  readonly upgradeError?: StepError;
  readonly source?: 'pool' | 'cold';
  readonly plannedAt: Instant;
  readonly claimedAt?: Instant;
  readonly readyAt?: Instant;
  readonly missing: readonly ServiceName[];
  /** The one that was chosen last; the agent is told before the next turn. */
  readonly model: string;
  /** What there is to choose from; empty where the agent offers no choice. */
  readonly models: readonly ModelOffer[];
  readonly spending: SpendingView;
  readonly agent?: { readonly name: string; readonly version: string };
  readonly isolation?: string;
  readonly checklist: readonly ChecklistStep[];
  readonly services: readonly ServiceView[];
  readonly env: { readonly version: number; readonly names: readonly string[] };
  readonly history: HistoryView;
  readonly save?: SaveView;
  readonly fork?: ForkView;
  /** The turn that runs, if any, and how many wait. */
  readonly runningTurn?: string;
  readonly queuedTurns: number;
  readonly appErrors: readonly AppErrorView[];
  /** First prompt, shortened, or what it is a fork of; `[erased]` when the session was forgotten. */
  readonly title: string;
  /** Set when a wake or another life step is parked or failing. */
  readonly trouble?: StepError;
  readonly mail?: MailView;
};

export type SessionListItem = {
  readonly sessionId: string;
  readonly slug: string;
  readonly title: string;
  readonly phase: SessionView['phase'];
  readonly sandbox: SessionView['sandbox'];
  readonly mode?: 'quick' | 'upgrading';
  readonly createdAt: Instant;
  readonly lastActivityAt: Instant;
};

export type PoolEntryView = {
  readonly sessionId: string;
  readonly state: 'booting' | 'ready';
  readonly plannedAt: Instant;
  readonly readyAt?: Instant;
  readonly missing: readonly ServiceName[];
};

/** What stands ready, per part: the honest line on the first screen. */
export type PartState =
  | 'warm'
  | 'starting'
  | 'failed'
  /** The service is not configured. */
  | 'off'
  /** Nothing is kept ready: it is made when somebody asks. */
  | 'on_demand';

export type PoolView = {
  readonly specHash: string;
  readonly target: number;
  readonly entries: readonly PoolEntryView[];
  readonly claims: { readonly pool: number; readonly cold: number };
  readonly parts: Readonly<Record<'sandbox' | ServiceName, PartState>>;
};
