import type { StepName } from '../steps.ts';
import { isAside } from './checkpoints.ts';
import type { SessionEvent, SessionEventType } from './events.ts';

/** The step each event is the success of. `ResourceReleased` names its own; a sleep may also happen unasked,
 * and a checkpoint be part of a move or a fork. */
const OUTCOMES: Readonly<Partial<Record<SessionEventType, StepName>>> = {
  SandboxBooted: 'vm_boot',
  AgentInitialized: 'acp_init',
  AgentSessionOpened: 'acp_session',
  ModelSelected: 'model_setup',
  ResidentialIpAssigned: 'residential_ip',
  RepoInitialized: 'git_setup',
  PosthogTagged: 'posthog',
  NeonProvisioned: 'neon',
  ResendProvisioned: 'resend',
  GithubProvisioned: 'github',
  EnvWritten: 'env_write',
  SandboxWoken: 'wake',
  CommitPushed: 'push',
  FileSaved: 'file_save',
  FileSaveRefused: 'file_save',
  HistoryMoved: 'history_move',
  SandboxSlept: 'sleep',
  DataForked: 'fork_data',
  CodeForked: 'fork_code',
  CheckpointTaken: 'checkpoint',
  SessionForgotten: 'forget',
};

/** The step an event is the success of, `undefined` for all others. Looks at `data` for a release and a checkpoint only. */
export const succeededStep = (event: SessionEvent): StepName | undefined => {
  if (event.type === 'ResourceReleased') return `release_${event.data.service}`;
  return event.type === 'CheckpointTaken' && isAside(event.data.reason) ? undefined : OUTCOMES[event.type];
};
