import * as E from 'fp-ts/lib/Either.js';
import type { OrphanReason, Provided } from '../../domain/janitor/events.ts';
import { EMBEDDED, hasOwn, type Listed, orphanKey, whyOrphan } from '../../domain/janitor/janitor.ts';
import { isDone, type SessionState } from '../../domain/session/state.ts';
import { sessionOfStream } from '../event-codec.ts';
import { slugOf } from '../identifiers.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { ProviderError } from '../ports/services.ts';
import type { Context } from './context.ts';
import { type Look, look, PROVIDED, providerOf } from './janitor-look.ts';

export type Absent = { readonly service: Provided; readonly state: SessionState };

/** How the providers' listings differ from the log; of a provider that did not answer nothing is said. */
export type Comparison = {
  readonly orphans: readonly (Listed & { readonly why: OrphanReason })[];
  readonly absent: readonly Absent[];
  readonly looked: readonly Provided[];
  readonly unreachable: Look['unreachable'];
};

const ENDING: ReadonlySet<SessionState['status']> = new Set(['closing', 'closed', 'forgotten']);
/** Absent together, that many and that large a part of what a provider should have are no loss: somebody else is asked. What lies in our own data directory is certain. */
const DOUBTED = { atLeast: 5, share: 0.2 };
export const TOO_MUCH_ABSENT: ProviderError = {
  code: 'too_much_absent',
  message: 'It lacks so much of what sessions have that none of it is believed to be lost.',
  retryable: true,
};
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
  const orphansIn = ({ listed: all }: Look): Comparison['orphans'] =>
    all.flatMap((one) => {
      const owner = directory.sessionBySlug(one.slug);
      const why = whyOrphan(one, owner);
      if (why === 'double' && !hasOwn(all, one, owner)) return [];
      const { isCopy: _copy, ...listed } = one;
      return why === undefined ? [] : [{ ...listed, why }];
    });

  /** What another provider gave than the one that is configured now is not among what this one lists. */
  const isFromHere = ({ provisioned }: SessionState, service: Provided): boolean =>
    service === 'sandbox' || provisioned[service]?.provider === world.providers[service]?.provider;

  /** What a session has, as the log says, by the provider that should have it. */
  const expectedOf = (service: Provided): readonly SessionState[] =>
    [...directory.sessions()].filter(
      (state) => state.status === 'open' && isExpected(state, service) && isFromHere(state, service),
    );

  /** What is expected and is not there; `doubted`: so much of it that the listing is not believed. */
  const absentIn = ({ listed, looked }: Look) => {
    const there = new Set(
      listed.filter(({ isCopy }) => isCopy !== true).map(({ service, slug }) => `${service}|${slug}`),
    );
    const lacking = looked.map((service) => {
      const expected = expectedOf(service);
      const absent = expected.filter(({ slug }) => !there.has(`${service}|${slug}`));
      const isDoubted =
        providerOf(world, service) !== EMBEDDED &&
        absent.length >= DOUBTED.atLeast &&
        absent.length > expected.length * DOUBTED.share;
      return { service, absent, isDoubted };
    });
    return {
      absent: lacking.flatMap(({ service, absent, isDoubted }): readonly Absent[] =>
        isDoubted ? [] : absent.map((state) => ({ service, state })),
      ),
      doubted: lacking.filter(({ isDoubted }) => isDoubted).map(({ service }) => service),
    };
  };

  /** It asks for nothing any more, whatever else is written of it. */
  const isEnding = (slug: string): boolean => ENDING.has(directory.sessionBySlug(slug)?.status ?? 'absent');

  const first = await look(world, clock, PROVIDED);
  const suspects = orphansIn(first);
  const lacking = absentIn(first);
  const suspicious = new Set([
    ...[...suspects, ...lacking.absent].map(({ service }) => service),
    ...lacking.doubted,
  ]);
  const second = await look(world, clock, [...suspicious]);
  const suspected = new Set(suspects.map(orphanKey));
  const { absent, doubted } = absentIn(second);
  const isBehind = await behind(directory.position(), store);
  return {
    orphans: orphansIn(second).filter(
      (orphan) => suspected.has(orphanKey(orphan)) && (isEnding(orphan.slug) || !isBehind(orphan.slug)),
    ),
    absent,
    looked: first.looked.filter((service) => !suspicious.has(service) || second.looked.includes(service)),
    unreachable: [
      ...first.unreachable,
      ...second.unreachable,
      ...doubted.map((service) => ({ service, error: TOO_MUCH_ABSENT })),
    ],
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
