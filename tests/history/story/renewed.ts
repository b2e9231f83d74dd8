import type { SessionEvent } from '../../../domain/session/events.ts';
import { booted, planned, sha, started, turn } from './parts.ts';

export const RENEWED = 'goldrenewedsession01';

const again = (type: 'vm_boot' | 'acp_init' | 'acp_session' | 'model_setup' | 'git_setup' | 'env_write') =>
  started(type, 2);

/** A pool entry that waited too long: its sandbox was made anew for another spec before somebody was given it. */
export const renewed: readonly SessionEvent[] = [
  planned(RENEWED, 'pool'),
  ...booted(RENEWED),
  { type: 'StepSkipped', data: { step: 'resend', reason: 'no mail provider is configured' } },
  {
    type: 'RenewalRequested',
    data: { reason: 'made for another spec', specHash: '7d793037a0760186', model: 'sonnet' },
  },
  again('vm_boot'),
  {
    type: 'SandboxBooted',
    data: {
      attemptId: 'vm_boot#2',
      sandbox: `mk0r-${RENEWED.slice(0, 12)}`,
      host: 'local',
      isolation: 'bwrap+uid+cgroup',
      runner: 'runner-8a4b',
    },
  },
  again('acp_init'),
  again('git_setup'),
  {
    type: 'AgentInitialized',
    data: { attemptId: 'acp_init#2', agent: { name: 'mk0r-offline-agent', version: '0.2.0' } },
  },
  { type: 'RepoInitialized', data: { attemptId: 'git_setup#2', sha: sha('7'), branch: 'main' } },
  again('acp_session'),
  {
    type: 'AgentSessionOpened',
    data: { attemptId: 'acp_session#2', agentSessionId: 'agent-session-4' },
  },
  again('model_setup'),
  { type: 'ModelSelected', data: { attemptId: 'model_setup#2', model: 'sonnet' } },
  again('env_write'),
  {
    type: 'EnvWritten',
    data: {
      attemptId: 'env_write#2',
      version: 2,
      names: ['VITE_POSTHOG_KEY', 'VITE_POSTHOG_APP_ID', 'DATABASE_URL', 'GITHUB_REPO_URL'],
      digest: 'e7'.repeat(32),
      services: ['posthog', 'neon', 'github'],
    },
  },
  { type: 'SessionReady', data: { missing: ['resend'] } },
  { type: 'SandboxClaimed', data: { source: 'pool', owner: 'uid-eve', keyDigest: 'd7'.repeat(32) } },
  ...turn(1, 'A shop for bicycles.', sha('8'), sha('7')),
];
