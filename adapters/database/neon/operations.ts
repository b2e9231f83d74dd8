import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderFailure } from '../../provider-api/failure.ts';
import { readable } from '../../provider-api/readable.ts';
import type { NeonApi, Operation } from './api.ts';
import { LOCKED } from './errors.ts';

const FIRST_LOOK_MS = 250;
const LONGEST_WAIT_MS = 1_500;

/** `cancelling` ends as `cancelled`; a `failed` one may be tried again by Neon, which the next attempt finds out. */
const UNDER_WAY = new Set(['scheduling', 'running', 'cancelling']);
const WENT_WELL = new Set(['finished', 'skipped']);

export const isUnderWay = ({ status }: Operation): boolean => UNDER_WAY.has(status);

/**
 * Waits until every operation has ended: before that an endpoint may refuse connections. Rejects with
 * `operation_failed` where one did not go well, and with the reason of the signal at the deadline.
 */
export const waitForOperations = async (
  api: NeonApi,
  projectId: string,
  operations: readonly Operation[],
  signal: AbortSignal,
): Promise<void> => {
  for (const { id, status } of operations) {
    let now = status;
    for (let waitMs = FIRST_LOOK_MS; UNDER_WAY.has(now); waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 1.5)) {
      await sleep(waitMs, undefined, { signal });
      now = (await api.operation(projectId, id, signal)).status;
    }
    if (!WENT_WELL.has(now))
      throw new ProviderFailure({
        code: 'operation_failed',
        message: `Neon could not finish setting the project up (an operation ended as ${readable(now)}).`,
        retryable: true,
      });
  }
};

/** Deletes a project, also one that is still being set up, which Neon refuses until that has ended. */
export const removeProject = async (api: NeonApi, projectId: string, signal: AbortSignal): Promise<void> => {
  for (;;) {
    try {
      return await api.remove(projectId, signal);
    } catch (error) {
      if (!(error instanceof ProviderFailure && error.error.code === LOCKED)) throw error;
      await sleep(error.error.retryAfterMs ?? LONGEST_WAIT_MS, undefined, { signal });
    }
  }
};
