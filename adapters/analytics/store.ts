import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { inTransaction } from '../sqlite.ts';
import type { Logger } from '../sqlite-file/logger.ts';
import { purger } from '../sqlite-file/purger.ts';
import type { CapturedEvent } from './events.ts';
import { type AnalyticsLimits, DEFAULT_LIMITS } from './limits.ts';
import { openAnalyticsFile } from './schema.ts';

/** `seq` counts arrivals; pass the last one on as `before` for the next page. */
export type StoredAnalyticsEvent = CapturedEvent & { readonly seq: number };

/** How often an event happened on one UTC day. */
export type DailyCount = { readonly event: string; readonly day: string; readonly count: number };

export type AnalyticsStore = {
  /** From now on events tagged with this id are kept. Idempotent. */
  readonly register: (appId: string) => void;
  /** Deletes the app and its events; what still arrives for it is dropped. Idempotent. */
  readonly forget: (appId: string) => void;
  readonly apps: () => readonly string[];
  /**
   * Keeps the events of registered apps, each uuid once, and answers how many were new. Anyone can name any app
   * (the project key is public), so unknown ids are not kept: they would be a way to fill the disk.
   */
  readonly record: (events: readonly CapturedEvent[]) => number;
  /** Newest first by arrival, 100 unless told, 1,000 at most. */
  readonly events: (
    appId: string,
    page?: { readonly limit?: number; readonly before?: number },
  ) => readonly StoredAnalyticsEvent[];
  /** Newest day first, then the most frequent; 1,000 rows at most. */
  readonly counts: (appId: string) => readonly DailyCount[];
  readonly close: () => void;
};

const PAGE_MAX = 1_000;

const stored = (row: Record<string, SQLOutputValue>): StoredAnalyticsEvent => ({
  seq: Number(row.seq),
  appId: String(row.app_id),
  uuid: String(row.uuid),
  event: String(row.event),
  distinctId: String(row.distinct_id),
  at: String(row.at),
  properties: JSON.parse(String(row.properties)),
});

/** Opens the embedded analytics store; throws, naming the file, where it cannot. */
export const openAnalyticsStore = (options: {
  readonly file: string;
  readonly limits?: Partial<AnalyticsLimits>;
  readonly logger?: Logger;
}): AnalyticsStore => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const database = openAnalyticsFile(options.file);
  const purging = purger(database, options.logger === undefined ? {} : { logger: options.logger });
  return {
    ...apps(database, purging.soon),
    record: recorder(database, limits),
    events: (appId, { limit = 100, before = Number.MAX_SAFE_INTEGER } = {}) =>
      database
        .prepare(`SELECT * FROM events WHERE app_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?`)
        .all(appId, before, Math.min(limit, PAGE_MAX))
        .map(stored),
    counts: (appId) =>
      database
        .prepare(
          `SELECT event, substr(at, 1, 10) AS day, count(*) AS n FROM events WHERE app_id = ?
           GROUP BY event, day ORDER BY day DESC, n DESC, event LIMIT ${PAGE_MAX}`,
        )
        .all(appId)
        .map((row) => ({ event: String(row.event), day: String(row.day), count: Number(row.n) })),
    close: () => {
      if (!database.isOpen) return;
      purging.atOnce();
      database.close();
    },
  };
};

const apps = (
  database: DatabaseSync,
  purge: () => Promise<void>,
): Pick<AnalyticsStore, 'register' | 'forget' | 'apps'> => ({
  register: (appId) => {
    database
      .prepare(`INSERT INTO apps (id, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING`)
      .run(appId, new Date().toISOString());
  },
  forget: (appId) => {
    const { changes } = database.prepare(`DELETE FROM apps WHERE id = ?`).run(appId);
    if (changes > 0) void purge();
  },
  apps: () =>
    database
      .prepare(`SELECT id FROM apps ORDER BY id`)
      .all()
      .map((row) => String(row.id)),
});

const recorder = (database: DatabaseSync, limits: AnalyticsLimits): AnalyticsStore['record'] => {
  const known = database.prepare(`SELECT 1 FROM apps WHERE id = ?`);
  const insert = database.prepare(
    `INSERT INTO events (app_id, uuid, event, distinct_id, at, properties) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const prune = database.prepare(
    `DELETE FROM events WHERE app_id = ?1 AND seq <=
       (SELECT seq FROM events WHERE app_id = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)`,
  );
  const bounded = (properties: CapturedEvent['properties']): string => {
    const text = JSON.stringify(properties);
    return text.length <= limits.propertiesLength ? text : JSON.stringify({ $left_out_length: text.length });
  };
  return (events) =>
    inTransaction(database, () => {
      let kept = 0;
      for (const [appId, ofApp] of Map.groupBy(events, (event) => event.appId)) {
        if (known.get(appId) === undefined) continue;
        for (const { uuid, event, distinctId, at, properties } of ofApp)
          kept += Number(insert.run(appId, uuid, event, distinctId, at, bounded(properties)).changes);
        prune.run(appId, limits.eventsPerApp);
      }
      return kept;
    });
};
