import { index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** The app's own copy of its analytics events: PostHog's public key can write events, but not read them. */
export const appEvents = pgTable(
  'app_events',
  {
    id: uuid().primaryKey().defaultRandom(),
    name: text().notNull(),
    properties: jsonb().notNull().default({}),
    /** A browser, not a person: made up on its first visit. */
    visitor: text().notNull().default(''),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('app_events_created_at').on(table.createdAt)],
);
