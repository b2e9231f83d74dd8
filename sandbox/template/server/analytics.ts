import { PostHog } from 'posthog-node';
import { env } from './env.ts';

type Held = { key: string; client: PostHog };
const held = globalThis as typeof globalThis & { __appAnalytics?: Held };

function client(): PostHog | undefined {
  const { VITE_POSTHOG_KEY: key, VITE_POSTHOG_HOST: host } = env();
  if (!key) return undefined;
  if (held.__appAnalytics?.key !== key) {
    held.__appAnalytics = { key, client: new PostHog(key, { ...(host ? { host } : {}), flushAt: 1 }) };
  }
  return held.__appAnalytics.client;
}

/** Records an event of this app; does nothing where analytics is absent, and never fails a request. */
export function track(event: string, distinctId: string, properties: Record<string, unknown> = {}): void {
  const app = env().VITE_POSTHOG_APP_ID;
  client()?.capture({
    event,
    distinctId,
    properties: { ...properties, ...(app ? { app_id: app } : {}) },
    ...(app ? { groups: { app } } : {}),
  });
}
