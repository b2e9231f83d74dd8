import type { Instant } from '../domain/envelope.ts';
import type { ServiceName } from '../domain/services.ts';
import type { FileChange, MoveKind } from '../domain/session/events.ts';
import type { BootStep, StepError } from '../domain/steps.ts';

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
};

export type CommitView = {
  readonly sha: string;
  readonly parent: string;
  readonly turnId: string;
  readonly title: string;
  readonly at: Instant;
  readonly changed: readonly FileChange[];
  readonly pushed: boolean;
};

export type HistoryView = {
  /** The commit the working tree is at; `root` is the template's own first commit. */
  readonly at: string;
  readonly root: string;
  readonly commits: readonly CommitView[];
  /** The child each commit was last left for: where redo leads from it. */
  readonly childOf: Readonly<Record<string, string>>;
  /** Where undo and redo lead from `at`; absent when there is nowhere to go. */
  readonly undo?: string;
  readonly redo?: string;
  readonly moving?: { readonly to: string; readonly kind: MoveKind };
};

/** What the session page needs. `phase` says what the page shows before anything else. */
export type SessionView = {
  readonly sessionId: string;
  readonly slug: string;
  readonly revision: number;
  readonly phase: 'booting' | 'ready' | 'closing' | 'closed';
  readonly sandbox: 'booting' | 'awake' | 'asleep' | 'waking' | 'lost' | 'gone';
  readonly source?: 'pool' | 'cold';
  readonly plannedAt: Instant;
  readonly claimedAt?: Instant;
  readonly readyAt?: Instant;
  readonly missing: readonly ServiceName[];
  readonly model: string;
  readonly agent?: { readonly name: string; readonly version: string };
  readonly isolation?: string;
  readonly checklist: readonly ChecklistStep[];
  readonly services: readonly ServiceView[];
  readonly env: { readonly version: number; readonly names: readonly string[] };
  readonly history: HistoryView;
  /** The turn that runs, if any, and how many wait. */
  readonly runningTurn?: string;
  readonly queuedTurns: number;
  /** First prompt, shortened; `[erased]` when the session was forgotten. */
  readonly title: string;
  /** Set when a wake or another life step is parked or failing. */
  readonly trouble?: StepError;
};

export type TranscriptItem =
  | { readonly kind: 'message' | 'thought'; readonly text: string; readonly revision: number }
  | {
      readonly kind: 'tool';
      readonly toolCallId: string;
      readonly tool: string;
      readonly title: string;
      readonly path?: string;
      readonly status: 'running' | 'completed' | 'failed';
      readonly output?: string;
      readonly diff?: {
        readonly path: string;
        readonly added: number;
        readonly removed: number;
        readonly patch: string;
      };
      readonly revision: number;
    };

export type TranscriptTurn = {
  readonly turnId: string;
  readonly prompt: string;
  readonly status: 'queued' | 'running' | 'cancelling' | 'finished' | 'failed' | 'cancelled';
  readonly submittedAt: Instant;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly items: readonly TranscriptItem[];
  readonly commit?: { readonly sha: string; readonly changed: readonly FileChange[] };
  readonly error?: StepError;
  readonly usage?: { readonly model: string; readonly inputTokens: number; readonly outputTokens: number };
};

export type TranscriptView = {
  readonly sessionId: string;
  readonly revision: number;
  readonly turns: readonly TranscriptTurn[];
};

export type SessionListItem = {
  readonly sessionId: string;
  readonly slug: string;
  readonly title: string;
  readonly phase: SessionView['phase'];
  readonly sandbox: SessionView['sandbox'];
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
