import { succeededStep } from '../../domain/session/outcomes.ts';
import type { StepName } from '../../domain/steps.ts';
import { asSessionEvent } from '../known-event.ts';
import type { PublicEvent } from '../live.ts';

/** The step an event is about: its intent, its failure, its retry or its success. */
export const stepOf = (published: PublicEvent): StepName | undefined => {
  const event = asSessionEvent({ ...published, data: Object(published.data) });
  switch (event.type) {
    case 'StepStarted':
    case 'StepFailed':
    case 'StepParked':
    case 'StepSkipped':
      return event.data.step;
    case 'ServiceRetryRequested':
    case 'ResourceMissing':
      return event.data.service;
    case 'ServiceReleaseRequested':
      return `release_${event.data.service}`;
    case 'FileSaveRequested':
      return 'file_save';
    case 'HistoryMoveRequested':
      return 'history_move';
    case 'WakeRequested':
      return 'wake';
    default:
      return succeededStep(event);
  }
};

/** The turn an event belongs to. */
export const turnOf = ({ data }: PublicEvent): string | undefined => {
  const { turnId } = Object(data) as { readonly turnId?: unknown };
  return typeof turnId === 'string' ? turnId : undefined;
};

/** The attempt an event begins, or is what came of. */
export const attemptOf = ({ data }: PublicEvent): string | undefined => {
  const { attemptId } = Object(data) as { readonly attemptId?: unknown };
  return typeof attemptId === 'string' ? attemptId : undefined;
};
