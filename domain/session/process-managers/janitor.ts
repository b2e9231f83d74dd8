import { RELEASE_STEPS, type ReleaseStep, type StepName } from '../../steps.ts';
import { isDone, type SessionState } from '../state.ts';

/**
 * `janitor` ends what a closed session held. Every service is released, also one whose provisioning never answered:
 * the resource may exist all the same. Only then is the session's key destroyed.
 */
export const janitor = (state: SessionState): readonly StepName[] => {
  if (state.status === 'closed') return ['forget'];
  return RELEASE_STEPS.filter((step) => step !== 'forget' && !isDone(state, step));
};

/** What the owner of an open session gives back before its end. */
export const givenBack = ({ releasing = [] }: SessionState): readonly ReleaseStep[] =>
  releasing.map((service) => `release_${service}` as const);
