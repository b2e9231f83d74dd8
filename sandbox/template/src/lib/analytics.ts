import type { PostHog } from 'posthog-js';

const key: string | undefined = import.meta.env.VITE_POSTHOG_KEY;
const host: string | undefined = import.meta.env.VITE_POSTHOG_HOST;
const app: string | undefined = import.meta.env.VITE_POSTHOG_APP_ID;

type Properties = Record<string, unknown>;
type Tracked = { event: string; properties: Properties; at: number };

let client: PostHog | undefined;
let copy: ((event: string, properties: Properties) => void) | undefined;

/** Starts analytics where it is configured. Loaded beside the first paint: nobody waits for it. */
export async function startAnalytics(): Promise<void> {
  if (!key) return;
  try {
    client = await load(key);
    for (const { event, properties, at } of waiting.take()) {
      // One with a time of its own is sent by itself; a beacon is sent even if the page is left at once.
      client.capture(event, properties, { timestamp: new Date(at), transport: 'sendBeacon' });
    }
  } catch {
    // The page works without; what waits is sent by the next one that loads it.
  }
}

/** Every event carries the app's id, as a group and as a property. */
async function load(projectKey: string): Promise<PostHog> {
  const { default: posthog } = await import('posthog-js');
  posthog.init(projectKey, {
    ...(host ? { api_host: host } : {}),
    defaults: '2025-05-24',
    person_profiles: 'identified_only',
    disable_session_recording: true,
    disable_external_dependency_loading: true,
  });
  if (app) {
    posthog.register({ app_id: app });
    posthog.group('app', app);
  }
  return posthog;
}

/** Records an event; does nothing where analytics is absent. */
export function track(event: string, properties: Properties = {}): void {
  copy?.(event, properties);
  if (client) client.capture(event, properties);
  else if (key) waiting.add({ event, properties, at: Date.now() });
}

/** Gives every further event to `receiver` as well, e.g. for charts in the app itself. */
export function copyEvents(receiver: (event: string, properties: Properties) => void): void {
  copy = receiver;
}

/** Events from before analytics had loaded: kept by the tab, so that a reload does not lose them. */
const waiting = {
  name: 'waiting events',
  read(): Tracked[] {
    try {
      return JSON.parse(sessionStorage.getItem(this.name) ?? '[]');
    } catch {
      return [];
    }
  },
  add(tracked: Tracked): void {
    try {
      sessionStorage.setItem(this.name, JSON.stringify([...this.read(), tracked].slice(-100)));
    } catch {
      // A browser that keeps nothing loses it.
    }
  },
  take(): Tracked[] {
    const events = this.read();
    sessionStorage.removeItem(this.name);
    return events;
  },
};
