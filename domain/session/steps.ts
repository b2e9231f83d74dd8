import type { Instant } from '../envelope.ts';
import { parked, withStep } from './changes.ts';
import type { StepEvent } from './events.ts';
import type { SessionState } from './state.ts';

/** An attempt at a step, and what became of it, but for its success: that is an event of its own. */
export const evolveStep = (state: SessionState, event: StepEvent, at: Instant): SessionState => {
  switch (event.type) {
    case 'StepStarted': {
      const { step, attemptId, attempt, deadline, runner } = event.data;
      return withStep(state, step, {
        status: 'running',
        attemptId,
        attempt,
        deadline,
        runner,
        startedAt: at,
        // Whatever became of an attempt before, the step is known since.
        ...(state.steps[step] === undefined ? { isFirst: true } : {}),
      });
    }
    case 'StepFailed': {
      const { step, attempt, error, retryAt } = event.data;
      const failed = { ...state, lastError: error };
      return retryAt === undefined
        ? parked(failed, step, { attempt, error, at })
        : withStep(failed, step, { status: 'failed', attempt, error, retryAt });
    }
    case 'StepParked': {
      const { step, attempt, error } = event.data;
      return parked(state, step, { attempt, error, at });
    }
    case 'StepSkipped':
      return withStep(state, event.data.step, { status: 'skipped', reason: event.data.reason });
  }
};
