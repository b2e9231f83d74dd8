import { setTimeout as sleep } from 'node:timers/promises';
import { TookTooLong } from './errors.ts';

/** How long a caller waits for the one call that finds out whether the server is back. */
const PROBE_MS = 300;
/** A caller that asks again at once must not keep everything else from running. */
const REFUSAL_MS = 20;

const AWAY = 'the event store is away';

/**
 * What calls know of each other. Commands for one stream queue up: if each found out for itself, with all its patience,
 * that the server is away, the third one's caller would wait for three times as long. So once one has, one call at a
 * time goes on finding out, and the others are refused.
 *
 * What is refused while its own call goes on may still be written: an outcome that is open, like that of any call whose
 * answer is lost.
 */
export const createAbsence = (
  isOutage: (error: unknown) => boolean,
  wait: (ms: number) => Promise<unknown> = sleep,
) => {
  let isAway = false;
  let isProbing = false;

  const noting = async <A>(call: () => Promise<A>): Promise<A> => {
    try {
      const answer = await call();
      isAway = false;
      return answer;
    } catch (error) {
      isAway = isOutage(error);
      throw error;
    }
  };

  const probe = <A>(call: () => Promise<A>): Promise<A> => {
    isProbing = true;
    const probing = noting(call).finally(() => {
      isProbing = false;
    });
    const late = wait(PROBE_MS).then((): never => {
      throw new TookTooLong(AWAY);
    });
    return Promise.race([probing, late]);
  };

  return {
    during: async <A>(call: () => Promise<A>): Promise<A> => {
      if (!isAway) return noting(call);
      if (!isProbing) return probe(call);
      await wait(REFUSAL_MS);
      throw new TookTooLong(AWAY);
    },
  };
};
