import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const pageTexts = pgTable('app_pages', {
  name: text().primaryKey(),
  text: text().notNull().default(''),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});
