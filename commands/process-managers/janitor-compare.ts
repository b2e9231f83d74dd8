import type { OrphanReason, Provided } from '../../domain/janitor/events.ts';
import { type Listed, orphanKey, whyOrphan } from '../../domain/janitor/janitor.ts';
import { isDone, type SessionState } from '../../domain/session/state.ts';
import type { Context } from './context.ts';
import { type Look, look, PROVIDED } from './janitor-look.ts';

export type Absent = { readonly service: Provided; readonly state: SessionState };

/** How the providers' listings differ from the log; of a provider that did not answer nothing is said. */
export type Comparison = {
  readonly orphans: readonly (Listed & { readonly why: OrphanReason })[];
  readonly absent: readonly Absent[];
  readonly looked: readonly Provided[];
  readonly unreachable: Look['unreachable'];
};

/**
 * What looks wrong is looked at again before it is believed: between a listing and our reading of the log something may
 * have been made, or given back.
 */
export const compare = async ({ world, clock, directory }: Context): Promise<Comparison> => {
  const orphansIn = ({ listed }: Look): Comparison['orphans'] =>
    listed.flatMap((one) => {
      const why = whyOrphan(one, directory.sessionBySlug(one.slug));
      return why === undefined ? [] : [{ ...one, why }];
    });

  /** What a session has, as the log says, and its provider has not. */
  const absentIn = ({ listed, looked }: Look): readonly Absent[] => {
    const there = new Set(listed.map(({ service, slug }) => `${service}|${slug}`));
    return [...directory.sessions()]
      .filter(({ status }) => status === 'open')
      .flatMap((state) =>
        looked
          .filter((service) => isExpected(state, service) && !there.has(`${service}|${state.slug}`))
          .map((service) => ({ service, state })),
      );
  };

  const first = await look(world, clock, PROVIDED);
  const suspects = orphansIn(first);
  const suspicious = new Set([...suspects, ...absentIn(first)].map(({ service }) => service));
  const second = await look(world, clock, [...suspicious]);
  const suspected = new Set(suspects.map(orphanKey));
  return {
    orphans: orphansIn(second).filter((orphan) => suspected.has(orphanKey(orphan))),
    absent: absentIn(second),
    looked: first.looked.filter((service) => !suspicious.has(service) || second.looked.includes(service)),
    unreachable: [...first.unreachable, ...second.unreachable],
  };
};

/** A sandbox that is awake tells by itself when it is not; one that sleeps cannot. */
const isExpected = (state: SessionState, service: Provided): boolean =>
  service === 'sandbox' ? state.sandbox.status === 'asleep' : isDone(state, service);
