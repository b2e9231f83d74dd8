import * as E from 'fp-ts/lib/Either.js';
import type { OrphanReason, Provided } from '../../domain/janitor/events.ts';
import { type Listed, orphanKey, whyOrphan } from '../../domain/janitor/janitor.ts';
import { isDone, type SessionState } from '../../domain/session/state.ts';
import { sessionOfStream } from '../event-codec.ts';
import { slugOf } from '../identifiers.ts';
import type { EventStore } from '../ports/event-store.ts';
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

const ENDING: ReadonlySet<SessionState['status']> = new Set(['closing', 'closed', 'forgotten']);
/** Events of the log read at a time. */
const AT_A_TIME = 1_000;

/**
 * What looks wrong is looked at again before it is believed: between a listing and our reading of the log something may
 * have been made, or given back. Nor is it believed that something is nobody's where more has been written of its session
 * than this server has heard: to one that is behind, whatever another server has just begun belongs to nobody.
 */
export const compare = async (
  { world, clock, directory }: Context,
  store: Pick<EventStore, 'readAll'>,
): Promise<Comparison> => {
  const orphansIn = ({ listed }: Look): Comparison['orphans'] =>
    listed.flatMap((one) => {
      const why = whyOrphan(one, directory.sessionBySlug(one.slug));
      const { isCopy: _copy, ...listed } = one;
      return why === undefined ? [] : [{ ...listed, why }];
    });

  /** What another provider gave than the one that is configured now is not among what this one lists. */
  const isFromHere = ({ provisioned }: SessionState, service: Provided): boolean =>
    service === 'sandbox' || provisioned[service]?.provider === world.providers[service]?.provider;

  /** What a session has, as the log says, and its provider has not. */
  const absentIn = ({ listed, looked }: Look): readonly Absent[] => {
    const there = new Set(
      listed.filter(({ isCopy }) => isCopy !== true).map(({ service, slug }) => `${service}|${slug}`),
    );
    return [...directory.sessions()]
      .filter(({ status }) => status === 'open')
      .flatMap((state) =>
        looked
          .filter((service) => isExpected(state, service) && isFromHere(state, service))
          .filter((service) => !there.has(`${service}|${state.slug}`))
          .map((service) => ({ service, state })),
      );
  };

  /** It asks for nothing any more, whatever else is written of it. */
  const isEnding = (slug: string): boolean => ENDING.has(directory.sessionBySlug(slug)?.status ?? 'absent');

  const first = await look(world, clock, PROVIDED);
  const suspects = orphansIn(first);
  const suspicious = new Set([...suspects, ...absentIn(first)].map(({ service }) => service));
  const second = await look(world, clock, [...suspicious]);
  const suspected = new Set(suspects.map(orphanKey));
  const isBehind = await behind(directory.position(), store);
  return {
    orphans: orphansIn(second).filter(
      (orphan) => suspected.has(orphanKey(orphan)) && (isEnding(orphan.slug) || !isBehind(orphan.slug)),
    ),
    absent: absentIn(second),
    looked: first.looked.filter((service) => !suspicious.has(service) || second.looked.includes(service)),
    unreachable: [...first.unreachable, ...second.unreachable],
  };
};

/** Of which sessions there is more in the log than was heard of, up to `position`; of all, where it cannot be read. */
const behind = async (
  position: string | undefined,
  store: Pick<EventStore, 'readAll'>,
): Promise<(slug: string) => boolean> => {
  const slugs = new Set<string>();
  for (let after = position; ; ) {
    const read = await store.readAll({ limit: AT_A_TIME, ...(after === undefined ? {} : { after }) })();
    if (E.isLeft(read)) return () => true;
    for (const { stream } of read.right) {
      const sessionId = sessionOfStream(stream);
      if (sessionId !== undefined) slugs.add(slugOf(sessionId));
    }
    after = read.right.at(-1)?.position;
    if (after === undefined) return (slug) => slugs.has(slug);
  }
};

/** A sandbox that is awake tells by itself when it is not; one that sleeps cannot. */
const isExpected = (state: SessionState, service: Provided): boolean =>
  service === 'sandbox' ? state.sandbox.status === 'asleep' : isDone(state, service);
