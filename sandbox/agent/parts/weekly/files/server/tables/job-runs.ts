import { pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** What a job has done, so that it does it once, whoever restarts meanwhile. */
export const jobRuns = pgTable(
  'job_runs',
  {
    job: text().notNull(),
    period: text().notNull(),
    ranAt: timestamp('ran_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.job, table.period] })],
);
