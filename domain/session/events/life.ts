import type { ServiceName } from '../../services.ts';
import type { Event, Outcome } from './event.ts';

export type LifeEvent =
  | Event<'SandboxSlept', { reason: string }>
  | Event<'WakeRequested', { reason: string }>
  | Event<
      'SandboxWoken',
      Outcome<{
        agentSessionId: string;
        envRestored: boolean;
        sha: string;
        runner: string;
        /** The one the agent was told. */
        model?: string;
      }>
    >
  | Event<'SandboxLost', { reason: string }>
  | Event<'SandboxDiscarded', { reason: string }>
  /** In the pool for too long, or for another spec: its sandbox is made anew for this one, and its services stay. */
  | Event<'RenewalRequested', { reason: string; specHash: string; model: string }>;

export type EndEvent =
  | Event<'CloseRequested', { reason: string }>
  | Event<'ResourceReleased', Outcome<{ service: ServiceName | 'sandbox' }>>
  /** What could not be released, and was given up on, is tried again. */
  | Event<'ReleaseRetryRequested', { reason: string }>
  | Event<'SessionClosed', Record<string, never>>
  | Event<'SessionForgotten', Record<string, never>>;
