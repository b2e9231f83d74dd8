import fc from 'fast-check';
import { SERVICES } from '../../services.ts';
import type { SessionEventOf, SessionEventType } from '../../session/events.ts';
import { PICTURE_TYPES } from '../../session/pictures.ts';
import { BOOT_STEPS, LIFE_STEPS, RELEASE_STEPS, type StepName } from '../../steps.ts';
import { later } from '../histories.ts';

/** Random data for some types of events. */
export type Arbitraries<T extends SessionEventType = SessionEventType> = {
  readonly [Type in T]: fc.Arbitrary<SessionEventOf<Type>['data']>;
};

/** Few names, so that random events meet: the same turn, the same commit, the same attempt. */
export const turnId = fc.constantFrom('turn-1', 'turn-2', 'turn-3');
export const attemptId = fc.constantFrom('attempt-1', 'attempt-2', 'attempt-3');
export const commit = fc.constantFrom('a', 'b', 'c', 'd', 'constructor', '__proto__');
export const checkpointId = fc.constantFrom('checkpoint-1', 'checkpoint-2', 'checkpoint-3');
export const runner = fc.constantFrom('runner-one', 'runner-two');
export const fingerprint = fc.constantFrom('error-1', 'error-2');
export const text = fc.string({ maxLength: 12 });
export const attempt = fc.integer({ min: 1, max: 6 });
export const instant = fc.integer({ min: 0, max: 100_000 }).map((ms) => later(ms));
export const step = fc.constantFrom<StepName[]>(...BOOT_STEPS, ...LIFE_STEPS, ...RELEASE_STEPS);
export const service = fc.constantFrom(...SERVICES);
export const services = fc.subarray([...SERVICES]);
export const error = fc.record({ code: text, message: text, retryable: fc.boolean() });
export const kind = fc.constantFrom('undo', 'redo', 'jump');
export const reason = fc.record({ reason: text });
export const provisioned = fc.record({
  attemptId,
  provider: text,
  resourceId: text,
  names: fc.array(text, { maxLength: 2 }),
  facts: fc.constant({ host: 'somewhere' }),
});
export const changed = fc.array(
  fc.record({ path: text, status: fc.constantFrom('added', 'modified', 'deleted') }),
  {
    maxLength: 2,
  },
);
export const attachment = fc.record({
  id: fc.constantFrom('picture-1', 'picture-2'),
  mediaType: fc.constantFrom(...PICTURE_TYPES),
  bytes: attempt,
  digest: text,
});
export const nothing = fc.constant({});
