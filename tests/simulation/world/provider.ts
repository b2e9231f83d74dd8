import * as E from 'fp-ts/lib/Either.js';
import type {
  ProviderError,
  Provisioned,
  ProvisionRequest,
  ServiceProvider,
} from '../../../commands/ports/services.ts';
import { isPublicName } from '../../../commands/redact.ts';
import type { TestClock } from '../../../commands/testing/clock.ts';
import { never } from '../../../commands/testing/port-of.ts';
import { createFakeProvider, type Latency } from '../../../commands/testing/providers.ts';
import { SERVICE_ENV_NAMES, type ServiceName } from '../../../domain/services.ts';
import type { Chance } from '../chance.ts';
import type { Faults } from '../faults.ts';

type Answer<A> = Promise<E.Either<ProviderError, A>>;

export const outage: ProviderError = { code: 'upstream_down', message: 'No answer.', retryable: true };
const refusal: ProviderError = { code: 'not_allowed', message: 'The key was refused.', retryable: false };

/** A value nobody but the vault and `/app/.env` may ever hold; of this resource, and of this time it was handed out. */
export const CANARY = 'canary-of-';
const secretOf = (name: string, resourceId: string, generation: number): string =>
  `${isPublicName(name) ? 'public-' : CANARY}${resourceId}-${name}-${generation}`;

type Options = {
  readonly service: ServiceName;
  /** `embedded`, or one that others share. */
  readonly provider: string;
  readonly time: TestClock;
  readonly latency: Latency;
  readonly faults: Faults;
  readonly chance: Chance;
  readonly released: (slug: string) => void;
};

/** A provider that is its own ledger, reached over a network that loses, delays and repeats. */
export const createSimulatedProvider = (options: Options) => {
  const { service, time, latency, faults, chance } = options;
  const fake = createFakeProvider(service, latency, options.provider);
  /** Times each session's resource was handed out: some show a key once only, so that asking again makes another key. */
  const generations = new Map<string, number>();
  /** Slugs for which something was carried out long after it was asked for. */
  const late = new Set<string>();
  /** How many requests for each slug are just being carried out, whether or not anybody waits for them. */
  const underWay = new Map<string, number>();

  const carriedOut = async (request: ProvisionRequest): Answer<Provisioned> => {
    const { slug } = request;
    underWay.set(slug, (underWay.get(slug) ?? 0) + 1);
    try {
      return await made(request);
    } finally {
      underWay.set(slug, (underWay.get(slug) ?? 1) - 1);
    }
  };

  const made = async (request: ProvisionRequest): Answer<Provisioned> => {
    const { slug } = request;
    const generation = service === 'resend' ? (generations.get(slug) ?? 0) + 1 : 1;
    generations.set(slug, generation);
    return E.map((given: Provisioned) => ({ ...given, env: valuesOf(given.resourceId, generation) }))(
      await fake.provision(request)(),
    );
  };

  const valuesOf = (resourceId: string, generation: number): Readonly<Record<string, string>> =>
    Object.fromEntries(
      SERVICE_ENV_NAMES[service].map((name) => [name, secretOf(name, resourceId, generation)]),
    );

  /** Whoever asked may no longer listen: half of all clients give up when they are told to, and half do not. */
  const orAborted = <A>(answer: Answer<A>, { signal, slug }: ProvisionRequest): Answer<A> =>
    chance.happens(0.5)
      ? answer
      : Promise.race([
          answer,
          new Promise<E.Either<ProviderError, A>>((resolve) => {
            const giveUp = (): void => {
              // The provider does not hear of it, and goes on.
              late.add(slug);
              resolve(E.left({ ...outage, code: 'aborted' }));
            };
            signal.addEventListener('abort', giveUp, { once: true });
          }),
        ]);

  const refused = (): ProviderError | undefined => {
    if (faults.strikes('provider-retryable')) return outage;
    if (faults.strikes('provider-permanent')) return refusal;
    if (!faults.strikes('provider-too-many')) return undefined;
    return { ...outage, code: 'too_many_requests', retryAfterMs: chance.between(1_000, 30_000) };
  };

  const called = async <A>(
    request: ProvisionRequest,
    call: () => Answer<A>,
    mayBeLate: boolean,
  ): Answer<A> => {
    const error = refused();
    if (error !== undefined) {
      await latency();
      return E.left(error);
    }
    if (faults.strikes('provider-hangs')) return orAborted<A>(never(), request);
    if (mayBeLate && faults.strikes('provider-late')) {
      late.add(request.slug);
      return orAborted(time.sleep(chance.between(5_000, 90_000)).then(call), request);
    }
    if (faults.strikes('provider-answer-lost')) {
      await call();
      return chance.happens(0.5) ? E.left(outage) : orAborted<A>(never(), request);
    }
    if (faults.strikes('provider-slow')) {
      const answer = call().then((made) => time.sleep(chance.between(5_000, 60_000)).then(() => made));
      return orAborted(answer, request);
    }
    return call();
  };

  const port: ServiceProvider = {
    service,
    provider: fake.provider,
    // A key that is made again late would take the place of one that is in use: nobody's provider does that.
    provision: (request) => () => called(request, () => carriedOut(request), service !== 'resend'),
    release: (request) => () => {
      options.released(request.slug);
      return called(request, fake.release(request), false);
    },
    list: (signal) => async () => {
      if (faults.strikes('listing-fails')) {
        await latency();
        return E.left(outage);
      }
      return fake.list(signal)();
    },
  };

  return {
    port,
    fake,
    live: fake.live,
    late,
    /** Nobody of us has released it. What is still being made may not be lost before it was there. */
    vanishes: (slug: string): void => {
      if (!late.has(slug) && (underWay.get(slug) ?? 0) === 0) fake.loses(slug);
    },
    holds: fake.holds,
    /** What `/app/.env` should hold of a session's resource now. */
    current: (slug: string): Readonly<Record<string, string>> | undefined => {
      const resourceId = fake.live.get(slug);
      return resourceId === undefined ? undefined : valuesOf(resourceId, generations.get(slug) ?? 0);
    },
  };
};

export type SimulatedProvider = ReturnType<typeof createSimulatedProvider>;
