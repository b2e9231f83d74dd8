import type { Instant } from '../envelope.ts';
import { isService, type StepName, type StepState } from '../steps.ts';
import type { SessionEventOf } from './events.ts';
import type { SessionState } from './state.ts';

/**
 * As it was planned, but for its services, which are what it has of worth: everything that is in the sandbox is to be done
 * again, and what was kept or pushed of it says nothing of the next. Nothing of it is anybody's yet.
 */
export const renewed = (
  state: SessionState,
  { specHash, model }: SessionEventOf<'RenewalRequested'>['data'],
  at: Instant,
): SessionState => {
  const { readyAt, history, pushed, modelTold, checkpointDue, ...rest } = state;
  const services = Object.entries(state.steps).filter(([step]) => isService(step as StepName));
  return {
    ...rest,
    specHash,
    model,
    renewedAt: at,
    steps: Object.fromEntries(services) as Readonly<Partial<Record<StepName, StepState>>>,
    sandbox: { status: 'starting', wakeRequested: false, replaces: true },
    checkpoints: [],
    appErrors: [],
  };
};
