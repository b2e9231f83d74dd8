import type { SessionEvent } from '../../../domain/session/events.ts';
import { booted, planned, RUNNER } from './parts.ts';

export const TAKEN_OVER = 'a2c4a2c4a2c4a2c4a2c4';

const over = { turnId: 'turn-1', deadline: '2026-01-05T10:00:00.000Z', leaseMs: 45_000 };

/** A turn whose server was stopped, and then another one killed, in the middle of it. */
export const takenOver: readonly SessionEvent[] = [
  planned(TAKEN_OVER, 'visitor'),
  ...booted(TAKEN_OVER),
  { type: 'SessionReady', data: { missing: [] } },
  { type: 'TurnSubmitted', data: { turnId: 'turn-1', prompt: 'A reading list, please.' } },
  { type: 'TurnStarted', data: { ...over, attemptId: 't#1', attempt: 1, runner: RUNNER } },
  { type: 'TurnLeaseRenewed', data: { turnId: 'turn-1', attemptId: 't#1', leaseMs: 45_000 } },
  { type: 'TurnLeaseRenewed', data: { turnId: 'turn-1', attemptId: 't#1', leaseMs: 0 } },
  {
    type: 'TurnStarted',
    data: {
      ...{ ...over, attemptId: 't#2', attempt: 2, runner: 'runner-8a01' },
      ...{ resumes: 'answer', promptId: 't#1' },
    },
  },
  { type: 'AgentSaid', data: { turnId: 'turn-1', attemptId: 't#2', kind: 'message', text: 'I begin.' } },
  {
    type: 'TurnStarted',
    data: {
      ...{ ...over, attemptId: 't#3', attempt: 3, runner: 'runner-9c77' },
      ...{ resumes: 'answer', promptId: 't#1' },
    },
  },
  { type: 'AgentSaid', data: { turnId: 'turn-1', attemptId: 't#3', kind: 'message', text: 'There it is.' } },
];
