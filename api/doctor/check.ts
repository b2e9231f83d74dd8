import { isLeft } from 'fp-ts/lib/Either.js';
import type { Diagnose } from '../../adapters/provider-api/diagnosis.ts';
import type { Config } from '../config.ts';

/** What came of looking at one part of the server. */
export type Finding = {
  /** The part, as the product names it: `databases`. */
  readonly part: string;
  /** By whom it is served: `Neon`, `embedded`. */
  readonly by: string;
  readonly state: 'works' | 'works, but' | 'does not work';
  readonly identity: string;
  readonly limits: string;
  /** Milliseconds until it answered; absent where nobody was asked. */
  readonly ms?: number;
  /** Sentences that say what to do. */
  readonly advice: readonly string[];
};

/** Looks at one part, with the least harmful request; never rejects. */
export type Check = (config: Config, signal: AbortSignal) => Promise<Finding>;

/** A check of something that is asked over the network. */
export const asked = async (
  part: string,
  by: string,
  diagnose: Diagnose,
  signal: AbortSignal,
): Promise<Finding> => {
  const from = performance.now();
  const result = await diagnose(signal)();
  const ms = Math.round(performance.now() - from);
  if (isLeft(result))
    return { part, by, state: 'does not work', identity: '', limits: '', ms, advice: [result.left.message] };
  const { identity, limits, warnings } = result.right;
  return {
    part,
    by,
    state: warnings.length === 0 ? 'works' : 'works, but',
    identity,
    limits,
    ms,
    advice: warnings,
  };
};

export const embedded = (part: string, key: string): Finding => ({
  part,
  by: 'embedded',
  state: 'works',
  identity: 'this machine',
  limits: `without ${key}`,
  advice: [],
});
