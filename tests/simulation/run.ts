import { createHash } from 'node:crypto';
import { SERVICES } from '../../domain/services.ts';
import { atTheEnd } from './checks/at-the-end.ts';
import { comeBack, faults, quiet } from './phases.ts';
import { tell, type Violation } from './report.ts';
import { createStage, type Stage } from './stage.ts';

export type Run = {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly events: number;
  /** Times each kind of fault struck. */
  readonly faults: ReadonlyMap<string, number>;
  /** Of the whole log and of what the providers hold: equal for equal seeds. */
  readonly digest: () => string;
  /** What happened, in order, in words. */
  readonly story: () => readonly string[];
};

/** One whole system, out of one seed: a time of faults, then a quiet one, and what must hold looked at throughout. */
export const simulate = async (seed: number): Promise<Run> => {
  const stage = createStage(seed);
  const { report, world } = stage;
  try {
    await faults(stage);
    await quiet(stage);
    atTheEnd(stage, await comeBack(stage));
  } catch (error) {
    report.violated(
      'nothing throws',
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  }
  return {
    seed,
    violations: report.violations,
    events: world.store.log().length,
    faults: world.faults.counts,
    digest: () => digestOf(stage),
    story: () => tell(world.store.log(), report),
  };
};

const digestOf = ({ world: { store, providers, sandboxes } }: Stage): string => {
  const held = SERVICES.map((service) => [...providers[service].live]);
  return createHash('sha256')
    .update(JSON.stringify([store.log(), held, sandboxes.fake.names()]))
    .digest('hex');
};
