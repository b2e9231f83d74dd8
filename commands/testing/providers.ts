import * as E from 'fp-ts/lib/Either.js';
import { resourceName, SERVICE_ENV_NAMES, type ServiceName } from '../../domain/services.ts';
import type { RepositoryProvider } from '../ports/repository.ts';
import type { ListedResource, ProviderError, ServiceProvider } from '../ports/services.ts';

export type Latency = () => Promise<void>;

export const OUTAGE: ProviderError = { code: 'upstream_down', message: 'No answer.', retryable: true };
export const REFUSED: ProviderError = {
  code: 'not_allowed',
  message: 'The key was refused.',
  retryable: false,
};

export type FakeProvider = ServiceProvider & {
  /** Answers of the next calls to `provision`; `hang` never answers. After them every call succeeds. */
  readonly next: (...answers: readonly (ProviderError | 'ok' | 'hang')[]) => void;
  /** Fails every call until it is called with `undefined`. */
  readonly down: (error: ProviderError | undefined) => void;
  /** It is no longer there, and nobody of us has released it. Answers how to take that back. */
  readonly loses: (slug: string) => () => void;
  /** Fails every release until it is called with `undefined`. */
  readonly releasesFail: (error: ProviderError | undefined) => void;
  /** Something else that a listing shows, whoever made it. Answers whether it is still there. */
  readonly holds: (resource: ListedResource) => () => boolean;
  /** What exists at the provider now, by slug. */
  readonly live: ReadonlyMap<string, string>;
  /** Resources ever made: more than live ones only where some were released. */
  readonly made: () => number;
  readonly calls: () => number;
};

/** What a service hands out. The values look like secrets, so that a leaked one is found. */
export const valuesOf = (service: ServiceName, slug: string): Readonly<Record<string, string>> =>
  Object.fromEntries(SERVICE_ENV_NAMES[service].map((name) => [name, `${name}-value-of-${slug}`]));

/** A provider that is its own ledger: adopts by name, and keeps what a lost response left behind. */
export const createFakeProvider = (
  service: ServiceName,
  latency: Latency,
  provider = 'embedded',
): FakeProvider => {
  let refusal: ProviderError | undefined;
  let others: readonly ListedResource[] = [];
  const live = new Map<string, string>();
  let answers: readonly (ProviderError | 'ok' | 'hang')[] = [];
  let outage: ProviderError | undefined;
  let made = 0;
  let calls = 0;

  const provision: ServiceProvider['provision'] =
    ({ slug }) =>
    async () => {
      calls += 1;
      const [answer = 'ok', ...rest] = answers;
      answers = rest;
      await latency();
      if (outage !== undefined) return E.left(outage);
      if (answer === 'hang') return new Promise(() => undefined);
      if (answer !== 'ok') return E.left(answer);
      if (!live.has(slug)) {
        made += 1;
        live.set(slug, `${service}-${made}`);
      }
      await latency();
      const resourceId = live.get(slug) ?? `${service}-released-meanwhile`;
      return E.right({ resourceId, facts: { name: resourceName(slug) }, env: valuesOf(service, slug) });
    };

  return {
    service,
    provider,
    loses: (slug) => {
      const resourceId = live.get(slug) ?? '';
      live.delete(slug);
      return () => void live.set(slug, resourceId);
    },
    releasesFail: (error) => {
      refusal = error;
    },
    holds: (resource) => {
      others = [...others, resource];
      return () => others.includes(resource);
    },
    live,
    made: () => made,
    calls: () => calls,
    next: (...more) => {
      answers = [...answers, ...more];
    },
    down: (error) => {
      outage = error;
    },
    provision,
    release:
      ({ slug }) =>
      async () => {
        await latency();
        const error = outage ?? refusal;
        if (error !== undefined) return E.left(error);
        live.delete(slug);
        others = others.filter((resource) => resource.slug !== slug);
        return E.right(undefined);
      },
    releaseOne:
      ({ resourceId }) =>
      async () => {
        await latency();
        others = others.filter((resource) => resource.resourceId !== resourceId);
        return E.right(undefined);
      },
    list: () => async () => {
      await latency();
      if (outage !== undefined) return E.left(outage);
      const ours = [...live].map(([slug, resourceId]) => ({ resourceId, name: resourceName(slug), slug }));
      return E.right([...ours, ...others]);
    },
  };
};

/** `has`: whether that commit was ever pushed to the repository of that slug. */
export const createFakeRepository = (
  latency: Latency,
  has: (slug: string, sha: string) => boolean = () => false,
): FakeProvider & RepositoryProvider => ({
  ...createFakeProvider('github', latency),
  pack:
    ({ slug, sha }) =>
    async () => {
      await latency();
      return has(slug, sha)
        ? E.right(Buffer.from(sha))
        : E.left({ code: 'commit_missing', message: 'There is no such commit.', retryable: false });
    },
  credential: (slug) => async () => {
    await latency();
    return E.right({
      url: `http://git.test/${resourceName(slug)}.git`,
      username: 'x-access-token',
      password: `token-of-${slug}`,
      expiresAt: '2026-01-01T13:00:00.000Z',
    });
  },
});
