import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Provided } from '../../domain/janitor/events.ts';
import { EMBEDDED, type Listed, type Orphan } from '../../domain/janitor/janitor.ts';
import { resourceName, SERVICES } from '../../domain/services.ts';
import type { SessionState } from '../../domain/session/state.ts';
import { STEP_LIMIT_MS } from '../../domain/steps.ts';
import type { World } from '../effects/context.ts';
import type { Clock } from '../ports/clock.ts';
import type { ListedResource, ProviderError } from '../ports/services.ts';

/** Resend's account is read at two calls a second at worst: two listings, with a page for every hundred sessions. */
const LIST_LIMIT_MS = 120_000;

/** Nothing is made for a session at such a provider, so there is nothing to compare. */
const NOT_LISTABLE = 'not_listable';

/** What the providers hold of ours; `looked` names those that answered. */
export type Look = {
  readonly listed: readonly Listed[];
  readonly looked: readonly Provided[];
  readonly unreachable: readonly { readonly service: Provided; readonly error: ProviderError }[];
};

export const PROVIDED: readonly Provided[] = ['sandbox', ...SERVICES];

/** Asks those providers for all they hold of ours, each under its own deadline. One that is not configured holds nothing. */
export const look = async (world: World, clock: Clock, services: readonly Provided[]): Promise<Look> => {
  const answers = await Promise.all(
    services
      .filter((service) => service === 'sandbox' || world.providers[service] !== undefined)
      .map(async (service) => {
        const answer = await within(clock, LIST_LIMIT_MS, (signal) => listOf(world, service, signal));
        return { service, answer };
      }),
  );
  return {
    listed: answers.flatMap(({ answer }) => (E.isRight(answer) ? answer.right : [])),
    looked: answers.flatMap(({ service, answer }) => (E.isRight(answer) ? [service] : [])),
    unreachable: answers.flatMap(({ service, answer }) =>
      E.isLeft(answer) && answer.left.code !== NOT_LISTABLE ? [{ service, error: answer.left }] : [],
    ),
  };
};

/**
 * Ends one resource at its provider, by the name it carries; a double by its id, since its name is also that of the one
 * in use.
 */
export const giveBack = (
  world: World,
  clock: Clock,
  { service, slug, name, resourceId, why }: Orphan,
  owner: SessionState | undefined,
): Promise<E.Either<ProviderError, void>> =>
  within(clock, STEP_LIMIT_MS[`release_${service}`], (signal) => {
    if (service === 'sandbox') return world.sandboxes.destroy(resourceName(slug));
    const provider = world.providers[service];
    const sessionId = owner?.sessionId ?? '';
    if (why === 'double')
      return provider?.releaseOne?.({ resourceId, name, signal }) ?? (async () => E.left(NOT_ALONE));
    return provider === undefined
      ? async () => E.left(UNKNOWN)
      : provider.release({ sessionId, slug, signal });
  });

const PREFIX = resourceName('');

const listOf = (
  world: World,
  service: Provided,
  signal: AbortSignal,
): TE.TaskEither<ProviderError, readonly Listed[]> => {
  if (service === 'sandbox') return () => listSandboxes(world);
  const provider = world.providers[service];
  if (provider === undefined) return async () => E.right([]);
  return async () => {
    const listed = await provider.list(signal)();
    return E.map((all: Ids) => all.map((one) => ({ ...one, service, provider: provider.provider })))(listed);
  };
};

type Ids = readonly ListedResource[];

/** What the one is called that a service is asked of; nothing, where it is not configured. */
export const providerOf = ({ sandboxes, providers }: World, service: Provided): string | undefined => {
  if (service !== 'sandbox') return providers[service]?.provider;
  // Only a cloud's virtual machines have a kernel of their own; everything else lies in our data directory.
  return sandboxes.isolation.kernel === 'own' ? sandboxes.isolation.tier : EMBEDDED;
};

const listSandboxes = async (world: World): Promise<E.Either<ProviderError, readonly Listed[]>> => {
  const { sandboxes } = world;
  const provider = providerOf(world, 'sandbox') ?? EMBEDDED;
  const listed = await sandboxes.list()();
  return E.map((all: readonly { readonly name: string }[]) =>
    all.map(({ name }) => ({
      service: 'sandbox' as const,
      provider,
      resourceId: name,
      name,
      slug: name.startsWith(PREFIX) ? name.slice(PREFIX.length) : '',
    })),
  )(listed);
};

const NOT_ALONE: ProviderError = {
  code: 'not_releasable_alone',
  message: 'It is a double of what a session uses, and this provider releases by name only. Delete it there.',
  retryable: false,
};

const UNKNOWN: ProviderError = {
  code: 'not_configured',
  message: 'This service is not configured on this server.',
  retryable: true,
};

/** The answer, or that there was none in time; what is late is asked to stop and no longer waited for. */
export const within = async <A>(
  clock: Clock,
  limitMs: number,
  ask: (signal: AbortSignal) => TE.TaskEither<ProviderError, A>,
): Promise<E.Either<ProviderError, A>> => {
  const abort = new AbortController();
  let cancel = (): void => undefined;
  const late = new Promise<E.Either<ProviderError, A>>((resolve) => {
    cancel = clock.after(limitMs, () => {
      abort.abort();
      const message = `No answer within ${limitMs / 1_000} seconds.`;
      resolve(E.left({ code: 'deadline_exceeded', message, retryable: true }));
    });
  });
  try {
    return await Promise.race([ask(abort.signal)(), late]);
  } finally {
    cancel();
  }
};
