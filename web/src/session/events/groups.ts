import type { SessionEventType } from '../../../../domain/session/events.ts';

/** The types of events as `docs/architecture.md` groups them; a type that is missing here does not compile. */
const GROUPS = {
  'Plan and claim': ['SessionPlanned', 'SandboxClaimed', 'LinkIssued', 'OwnerAdded'],
  Steps: ['StepStarted', 'StepFailed', 'StepParked', 'StepSkipped'],
  Boot: [
    'SandboxBooted',
    'AgentInitialized',
    'AgentSessionOpened',
    'ModelSelected',
    'ResidentialIpAssigned',
    'RepoInitialized',
  ],
  Services: [
    'PosthogTagged',
    'NeonProvisioned',
    'ResendProvisioned',
    'GithubProvisioned',
    'ServiceRetryRequested',
    'ResourceMissing',
    'ServiceReleaseRequested',
  ],
  Environment: ['EnvWritten', 'SessionReady', 'VariableRevealed', 'VariableReplaced'],
  Turns: [
    'TurnSubmitted',
    'TurnStarted',
    'AgentSaid',
    'ToolCalled',
    'ToolReturned',
    'TurnCommitted',
    'TurnLeaseRenewed',
    'TurnVerified',
    'CorrectionRequested',
    'TurnFinished',
    'TurnFailed',
    'TurnCancelRequested',
    'TurnCancelled',
    'CommitPushed',
  ],
  'Quick page': ['UpgradeRequested', 'UpgradeFailed'],
  Model: [
    'ModelRequested',
    'ModelChanged',
    'ModelCallStarted',
    'UsageRecorded',
    'BudgetExhausted',
    'BudgetSet',
  ],
  'By hand': ['FileSaveRequested', 'FileSaved', 'FileSaveRefused', 'DataChangeRequested'],
  Fork: ['SessionForked', 'DataForked', 'CodeForked', 'ForkRetryRequested'],
  App: ['AppErrorSeen', 'AppUsed'],
  History: ['CheckpointTaken', 'HistoryMoveRequested', 'HistoryMoved'],
  'Sleep and wake': [
    'SandboxSlept',
    'WakeRequested',
    'SandboxWoken',
    'SandboxLost',
    'SandboxDiscarded',
    'RenewalRequested',
  ],
  Mail: [
    'MailRequested',
    'MailSent',
    'MailRefused',
    'MailVerificationRequested',
    'MailVerificationFailed',
    'MailAddressVerified',
  ],
  End: ['CloseRequested', 'ResourceReleased', 'ReleaseRetryRequested', 'SessionClosed', 'SessionForgotten'],
} as const satisfies Readonly<Record<string, readonly SessionEventType[]>>;

type Grouped = (typeof GROUPS)[keyof typeof GROUPS][number];
type Ungrouped = Exclude<SessionEventType, Grouped>;

export type EventGroup = { readonly name: string; readonly types: readonly string[] };
export const EVENT_GROUPS: [Ungrouped] extends [never] ? readonly EventGroup[] : Ungrouped = Object.entries(
  GROUPS,
).map(([name, types]) => ({ name, types }));

/** The types a choice stands for: a group's, the one that was named, or none for all of them. */
export const typesOf = (choice: string): readonly string[] => {
  const group = EVENT_GROUPS.find(({ name }) => name === choice);
  return group?.types ?? (choice === '' ? [] : [choice]);
};
