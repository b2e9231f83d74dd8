import type { Instant } from '../envelope.ts';
import type { ServiceName } from '../services.ts';
import type { StepError, StepName } from '../steps.ts';

/** Everything that can have happened to a session, in its one stream `session-<id>`. */
export type SessionEvent =
  | PlanEvent
  | StepEvent
  | BootEvent
  | ServiceEvent
  | EnvEvent
  | TurnEvent
  | HistoryEvent
  | LifeEvent
  | EndEvent;

type Event<Type extends string, Data> = { readonly type: Type; readonly data: Readonly<Data> };

/** An outcome names the attempt it is the outcome of; one of an attempt that was taken over is not recorded. */
type Outcome<Data = object> = Readonly<Data> & { readonly attemptId: string };

// ── plan and claim ──────────────────────────────────────────────────────────────────────────────────────────────
export type PlanEvent =
  | Event<
      'SessionPlanned',
      {
        sessionId: string;
        /** 12 characters of [a-z0-9], independent of the session key; names every resource. */
        slug: string;
        specHash: string;
        purpose: 'pool' | 'visitor';
        residentialIp: boolean;
        model: string;
      }
    >
  | Event<
      'SandboxClaimed',
      {
        source: 'pool' | 'cold';
        /** uid of the visitor. */
        owner: string;
        /** SHA-256 (hex) of the session key; the key itself is given to the visitor once and kept nowhere. */
        keyDigest: string;
      }
    >
  | Event<'OwnerAdded', { owner: string }>;

// ── intents and their failures ──────────────────────────────────────────────────────────────────────────────────
export type StepEvent =
  | Event<
      'StepStarted',
      { step: StepName; attemptId: string; attempt: number; deadline: Instant; runner: string }
    >
  | Event<
      'StepFailed',
      { step: StepName; attemptId: string; attempt: number; error: StepError; retryAt?: Instant }
    >
  | Event<'StepParked', { step: StepName; attempt: number; error: StepError }>
  | Event<'StepSkipped', { step: StepName; reason: string }>;

// ── boot ────────────────────────────────────────────────────────────────────────────────────────────────────────
export type BootEvent =
  | Event<'SandboxBooted', Outcome<{ sandbox: string; host: string; isolation: string; runner: string }>>
  | Event<'AgentInitialized', Outcome<{ agent: { name: string; version: string } }>>
  | Event<'AgentSessionOpened', Outcome<{ agentSessionId: string }>>
  | Event<'ModelSelected', Outcome<{ model: string }>>
  | Event<'ResidentialIpAssigned', Outcome>
  | Event<'RepoInitialized', Outcome<{ sha: string; branch: string }>>;

// ── services ────────────────────────────────────────────────────────────────────────────────────────────────────
/** `names` are the variables the service contributes; their values are in the vault, never here. */
type ProvisionedData = Outcome<{
  provider: string;
  resourceId: string;
  names: readonly string[];
  facts: Readonly<Record<string, string>>;
}>;

export type ServiceEvent =
  | Event<'PosthogTagged', ProvisionedData>
  | Event<'NeonProvisioned', ProvisionedData>
  | Event<'ResendProvisioned', ProvisionedData>
  | Event<'GithubProvisioned', ProvisionedData>
  | Event<'ServiceRetryRequested', { service: ServiceName }>
  /** The provider no longer has what it had given us; what was in it is lost. */
  | Event<'ResourceMissing', { service: ServiceName; error: StepError }>;

// ── env ─────────────────────────────────────────────────────────────────────────────────────────────────────────
export type EnvEvent =
  | Event<
      'EnvWritten',
      Outcome<{
        /** From 1; one more for each rewrite. */
        version: number;
        names: readonly string[];
        /** HMAC of the file's managed lines under the session's own key. */
        digest: string;
        services: readonly ServiceName[];
      }>
    >
  | Event<'SessionReady', { missing: readonly ServiceName[] }>;

// ── turns ───────────────────────────────────────────────────────────────────────────────────────────────────────
export type FileChange = { readonly path: string; readonly status: 'added' | 'modified' | 'deleted' };

/** Fields marked personal in `personal.ts` are encrypted in the log with the session's own key. */
export type TurnEvent =
  | Event<'TurnSubmitted', { turnId: string; prompt: string }>
  | Event<
      'TurnStarted',
      { turnId: string; attemptId: string; attempt: number; deadline: Instant; runner: string }
    >
  | Event<'AgentSaid', { turnId: string; attemptId: string; kind: 'message' | 'thought'; text: string }>
  | Event<
      'ToolCalled',
      { turnId: string; attemptId: string; toolCallId: string; kind: string; title: string; path?: string }
    >
  | Event<
      'ToolReturned',
      {
        turnId: string;
        attemptId: string;
        toolCallId: string;
        status: 'completed' | 'failed';
        output?: string;
        diff?: { path: string; added: number; removed: number; patch: string };
      }
    >
  | Event<'UsageRecorded', { turnId: string; model: string; inputTokens: number; outputTokens: number }>
  | Event<
      'TurnCommitted',
      {
        turnId: string;
        attemptId: string;
        sha: string;
        parent: string;
        title: string;
        changed: readonly FileChange[];
      }
    >
  | Event<'TurnFinished', { turnId: string; attemptId: string; stopReason: string }>
  | Event<'TurnFailed', { turnId: string; error: StepError }>
  | Event<'TurnCancelRequested', { turnId: string }>
  | Event<'TurnCancelled', { turnId: string }>
  | Event<'CommitPushed', Outcome<{ sha: string }>>;

// ── history ─────────────────────────────────────────────────────────────────────────────────────────────────────
export type MoveKind = 'undo' | 'redo' | 'jump';

export type HistoryEvent =
  | Event<'HistoryMoveRequested', { moveId: string; from: string; to: string; kind: MoveKind }>
  | Event<'HistoryMoved', Outcome<{ from: string; to: string; kind: MoveKind; data: 'kept' | 'restored' }>>;

// ── life ────────────────────────────────────────────────────────────────────────────────────────────────────────
export type LifeEvent =
  | Event<'SandboxSlept', { reason: string }>
  | Event<'WakeRequested', { reason: string }>
  | Event<
      'SandboxWoken',
      Outcome<{ agentSessionId: string; envRestored: boolean; sha: string; runner: string }>
    >
  | Event<'SandboxLost', { reason: string }>
  | Event<'SandboxDiscarded', { reason: string }>;

// ── end ─────────────────────────────────────────────────────────────────────────────────────────────────────────
export type EndEvent =
  | Event<'CloseRequested', { reason: string }>
  | Event<'ResourceReleased', Outcome<{ service: ServiceName | 'sandbox' }>>
  /** What could not be released, and was given up on, is tried again. */
  | Event<'ReleaseRetryRequested', { reason: string }>
  | Event<'SessionClosed', Record<string, never>>
  | Event<'SessionForgotten', Record<string, never>>;

export type SessionEventType = SessionEvent['type'];
export type SessionEventOf<T extends SessionEventType> = Extract<SessionEvent, { type: T }>;

export const sessionStream = (sessionId: string): string => `session-${sessionId}`;
export const SESSION_STREAM_PREFIX = 'session-';
