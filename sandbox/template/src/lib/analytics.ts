const key: string | undefined = import.meta.env.VITE_POSTHOG_KEY;
const host: string | undefined = import.meta.env.VITE_POSTHOG_HOST;
const app: string | undefined = import.meta.env.VITE_POSTHOG_APP_ID;

// Loaded after the first paint: nobody waits for analytics.
const posthog = key ? import('posthog-js').then((module) => module.default) : undefined;

/** Starts analytics where it is configured. Every event carries the app's id, as a group and as a property. */
export async function startAnalytics(): Promise<void> {
  const client = await posthog?.catch(() => undefined);
  if (!key || !client) return;
  client.init(key, {
    ...(host ? { api_host: host } : {}),
    defaults: '2025-05-24',
    person_profiles: 'identified_only',
    disable_session_recording: true,
    disable_external_dependency_loading: true,
  });
  if (!app) return;
  client.register({ app_id: app });
  client.group('app', app);
}

/** Records an event; does nothing where analytics is absent. */
export function track(event: string, properties?: Record<string, unknown>): void {
  posthog?.then((client) => client.capture(event, properties)).catch(() => undefined);
}
