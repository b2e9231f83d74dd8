import { PostHog } from 'posthog-node';
import { track } from '../../../../server/analytics.ts';
import { env } from '../../../../server/env.ts';

/** For what must be counted even where the browser blocks analytics. The id is ours, never an address. */
export const countOrder = (customerId: string, cents: number): void =>
  track('order placed', customerId, { cents });

/** A script that ends at once must wait until its events are out. */
export async function countFromScript(event: string): Promise<void> {
  const { VITE_POSTHOG_KEY: key, VITE_POSTHOG_HOST: host, VITE_POSTHOG_APP_ID: app } = env();
  if (!key || !app) return;
  const client = new PostHog(key, host ? { host } : {});
  await client.captureImmediate({ event, distinctId: app, groups: { app }, properties: { app_id: app } });
  await client.shutdown(5_000);
}
