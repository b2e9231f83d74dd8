import type { PoolEvent } from '../../../domain/pool/events.ts';
import type { SessionEvent } from '../../../domain/session/events.ts';
import { booted, planned, sha, turn } from './parts.ts';

export const FORGOTTEN = 'goldforgottenone0001';

/** A pool entry that was claimed, used once and forgotten; another would have been discarded. */
export const forgotten: readonly SessionEvent[] = [
  planned(FORGOTTEN, 'pool'),
  ...booted(FORGOTTEN),
  { type: 'StepSkipped', data: { step: 'resend', reason: 'no mail provider is configured' } },
  { type: 'SandboxClaimed', data: { source: 'pool', owner: 'uid-bob', keyDigest: 'd2'.repeat(32) } },
  ...turn(1, 'A diary for my divorce.', sha('e'), sha('a')),
  { type: 'CloseRequested', data: { reason: 'deleted by its owner' } },
  { type: 'SandboxDiscarded', data: { reason: 'its session was closed' } },
  { type: 'SessionClosed', data: {} },
  { type: 'SessionForgotten', data: {} },
];

export const pool: readonly PoolEvent[] = [
  { type: 'PoolTargetSet', data: { target: 2 } },
  { type: 'PrewarmPlanned', data: { sessionId: FORGOTTEN } },
  { type: 'PrewarmPlanned', data: { sessionId: 'goldneverclaimed0001' } },
  { type: 'PrewarmSettled', data: { sessionId: FORGOTTEN, outcome: 'claimed' } },
  { type: 'PrewarmSettled', data: { sessionId: 'goldneverclaimed0001', outcome: 'discarded' } },
  { type: 'PoolDrained', data: { reason: 'a new template' } },
];
