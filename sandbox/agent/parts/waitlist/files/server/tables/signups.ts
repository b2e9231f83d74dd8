import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const signups = pgTable('signups', {
  id: uuid().primaryKey().defaultRandom(),
  /** Lower case, so that one person signs up once. */
  email: text().notNull().unique(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  /** When the owner was told; empty while the mail has not gone out. */
  notifiedAt: timestamp('notified_at', { withTimezone: true }),
});
