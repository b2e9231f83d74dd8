import { left, tryCatch } from 'fp-ts/lib/TaskEither.js';
import type { ListedResource, ProviderError, ServiceProvider } from '../../commands/ports/services.ts';
import { resourceName } from '../../domain/services.ts';
import type { AnalyticsStore } from './store.ts';

const APP_ID = /^mk0r-([a-z0-9]{12})$/;

const storeFailed = (): ProviderError => ({
  code: 'analytics_store_failed',
  message: 'The embedded analytics store could not be written.',
  retryable: true,
});

const NOT_LISTABLE: ProviderError = {
  code: 'not_listable',
  message: 'App ids in a shared PostHog project cannot be listed: nothing is made there for a session.',
  retryable: false,
};

const appsIn = (store: AnalyticsStore): readonly ListedResource[] =>
  store.apps().flatMap((name) => {
    const slug = APP_ID.exec(name)?.[1];
    return slug === undefined ? [] : [{ resourceId: name, name, slug }];
  });

/**
 * The analytics service of a session: an app id within one shared project, so that nothing is created anywhere else.
 * `host` is what the app's browser and server reach: our ingest, or PostHog. Without a `store` (PostHog in the cloud)
 * `release` deletes nothing: a project key can write events and not delete them.
 */
export const posthogProvider = (options: {
  /** Published as the provider's name. */
  readonly provider: 'embedded' | 'posthog';
  /** The project's public key; it ends up in the browser by design. */
  readonly projectKey: string;
  readonly host: string;
  readonly store?: AnalyticsStore;
}): ServiceProvider => {
  const { projectKey, host, store } = options;
  return {
    service: 'posthog',
    provider: options.provider,
    provision: ({ slug }) =>
      tryCatch(async () => {
        const appId = resourceName(slug);
        store?.register(appId);
        return {
          resourceId: appId,
          facts: { appId, host },
          env: { VITE_POSTHOG_KEY: projectKey, VITE_POSTHOG_HOST: host, VITE_POSTHOG_APP_ID: appId },
        };
      }, storeFailed),
    release: ({ slug }) => tryCatch(async () => store?.forget(resourceName(slug)), storeFailed),
    // An empty list would say that what every session has is missing.
    list: () => (store === undefined ? left(NOT_LISTABLE) : tryCatch(async () => appsIn(store), storeFailed)),
  };
};
