import type { SessionEvent } from '../../../domain/session/events.ts';
import { booted, planned, started } from './parts.ts';

export const FAILED = 'fa11edfa11edfa11ed01';

const error = {
  code: 'command_failed',
  message: 'A command in the sandbox failed (exit 1).',
  retryable: true,
};
const detail = 'mkdir: cannot create directory src/anna: No space left on device';

/** What failed with words that are not ours beside the sentence that is. */
export const failed: readonly SessionEvent[] = [
  planned(FAILED, 'visitor'),
  { type: 'SandboxClaimed', data: { source: 'cold', owner: 'uid-kim', keyDigest: 'c8'.repeat(32) } },
  ...booted(FAILED),
  { type: 'TurnSubmitted', data: { turnId: 'turn-1', prompt: 'A diary for Anna.' } },
  {
    type: 'TurnFailed',
    data: {
      turnId: 'turn-1',
      error: { code: 'agent_failed', message: 'The agent ended with an error.', retryable: true },
      detail: 'A diary for Anna is more than fits.',
    },
  },
  started('push'),
  { type: 'StepFailed', data: { step: 'push', attemptId: 'push#1', attempt: 1, error, detail } },
  started('push', 2),
  { type: 'StepParked', data: { step: 'push', attempt: 2, error, detail } },
];
