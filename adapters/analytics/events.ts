import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** An event of an app, as it is kept. `at` is the sender's clock, ISO 8601 in UTC. */
export type CapturedEvent = {
  readonly appId: string;
  readonly uuid: string;
  readonly event: string;
  readonly distinctId: string;
  readonly at: string;
  readonly properties: Readonly<Record<string, unknown>>;
};

const wireEvent = z.object({
  event: z.string().min(1).max(200),
  uuid: z.uuid().optional().catch(undefined),
  distinct_id: z.union([z.string(), z.number()]).optional().catch(undefined),
  timestamp: z.string().max(64).optional().catch(undefined),
  properties: z.record(z.string(), z.unknown()).default({}).catch({}),
});
type WireEvent = z.infer<typeof wireEvent>;

/** SDKs send `{ batch: [...] }`; older ones one event, or a bare array of them. */
const entriesOf = (body: unknown): readonly unknown[] => {
  if (Array.isArray(body)) return body;
  if (typeof body !== 'object' || body === null) return [];
  return 'batch' in body && Array.isArray(body.batch) ? body.batch : [body];
};

/** The app a session's code tags its events with: group `app`, or property `app_id`. */
const appOf = ({ properties }: WireEvent): string | undefined => {
  const groups = properties.$groups;
  const group =
    typeof groups === 'object' && groups !== null && 'app' in groups ? groups.app : properties.app_id;
  // `$groupidentify` names its group in properties of its own.
  const named = group ?? (properties.$group_type === 'app' ? properties.$group_key : undefined);
  return typeof named === 'string' ? named : undefined;
};

const instantOf = (timestamp: string | undefined, receivedAt: Date): string => {
  const at = new Date(timestamp ?? Number.NaN);
  return (Number.isNaN(at.getTime()) ? receivedAt : at).toISOString();
};

/** The events of a decoded request that say which app they are of; the rest is nobody's and left out. */
export const eventsOf = (body: unknown, receivedAt: Date, limit: number): readonly CapturedEvent[] =>
  entriesOf(body)
    .slice(0, limit)
    .flatMap((entry) => {
      const parsed = wireEvent.safeParse(entry);
      if (!parsed.success) return [];
      const { event, uuid, distinct_id, timestamp, properties } = parsed.data;
      const appId = appOf(parsed.data);
      if (appId === undefined) return [];
      return [
        {
          appId,
          uuid: uuid ?? randomUUID(),
          event,
          distinctId: String(distinct_id ?? properties.distinct_id ?? '').slice(0, 200),
          at: instantOf(timestamp, receivedAt),
          properties,
        },
      ];
    });
