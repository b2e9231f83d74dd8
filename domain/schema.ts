import type { JanitorEvent } from './janitor/events.ts';
import type { PoolEvent } from './pool/events.ts';
import type { SessionEventType } from './session/events.ts';

export type EventType = SessionEventType | PoolEvent['type'] | JanitorEvent['type'];

/**
 * The schema version each type is written with. A new optional field needs no new version; another shape gets the next
 * one and an upcaster from the one before; another meaning is another type.
 */
export const SCHEMA_VERSIONS: Readonly<Record<EventType, number>> = {
  SessionPlanned: 1,
  SandboxClaimed: 1,
  OwnerAdded: 1,
  StepStarted: 1,
  StepFailed: 1,
  StepParked: 1,
  StepSkipped: 1,
  SandboxBooted: 1,
  AgentInitialized: 1,
  AgentSessionOpened: 1,
  ModelSelected: 1,
  ResidentialIpAssigned: 1,
  RepoInitialized: 1,
  PosthogTagged: 1,
  NeonProvisioned: 1,
  ResendProvisioned: 1,
  GithubProvisioned: 1,
  ServiceRetryRequested: 1,
  ResourceMissing: 1,
  EnvWritten: 1,
  SessionReady: 1,
  TurnSubmitted: 1,
  TurnStarted: 1,
  AgentSaid: 1,
  ToolCalled: 1,
  ToolReturned: 1,
  UsageRecorded: 1,
  TurnCommitted: 1,
  TurnFinished: 1,
  TurnFailed: 1,
  TurnCancelRequested: 1,
  TurnCancelled: 1,
  CommitPushed: 1,
  HistoryMoveRequested: 1,
  HistoryMoved: 1,
  SandboxSlept: 1,
  WakeRequested: 1,
  SandboxWoken: 1,
  SandboxLost: 1,
  SandboxDiscarded: 1,
  CloseRequested: 1,
  ResourceReleased: 1,
  ReleaseRetryRequested: 1,
  SessionClosed: 1,
  SessionForgotten: 1,
  PoolTargetSet: 1,
  PrewarmPlanned: 1,
  PrewarmSettled: 1,
  PoolDrained: 1,
  OrphanFound: 1,
  OrphanReleased: 1,
  OrphanReleaseFailed: 1,
  OrphanSettled: 1,
};

const KNOWN: ReadonlySet<string> = new Set(Object.keys(SCHEMA_VERSIONS));

/** Whether this release knows what the event says. One of a later schema reads as a type of its own, `Type@version`. */
export const isKnownType = (type: string): boolean => KNOWN.has(type);
