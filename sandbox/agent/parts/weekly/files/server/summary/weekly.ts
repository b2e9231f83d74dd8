import { and, eq } from 'drizzle-orm';
import app from '../../src/app.config.json' with { type: 'json' };
import { db } from '../db.ts';
import { env } from '../env.ts';
import type { Job } from '../jobs.ts';
import { sendMail } from '../mail.ts';
import { owner } from '../owner.ts';
import { jobRuns } from '../tables/job-runs.ts';
import { summaryOf } from './summary.ts';

const JOB = 'weekly summary';
const DAY_MS = 24 * 60 * 60_000;

/** Monday, midnight UTC, of the week that `date` is in. */
export function mondayOf(date: Date): Date {
  const sinceMonday = (date.getUTCDay() + 6) % 7;
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - sinceMonday));
}

/** Mails the owner on Monday, or as soon after as the app runs, what last week brought; nothing, if it brought nothing. */
export const weeklySummary: Job = {
  name: JOB,
  run: async (now) => {
    if (!env().DATABASE_URL || !env().RESEND_API_KEY) return;
    const to = mondayOf(now);
    const from = new Date(to.getTime() - 7 * DAY_MS);
    await mailSummary(from, to, dayOf(from));
  },
};

/** Mails what happened from one moment to another, once for each `period`; answers whether it did. */
export async function mailSummary(
  from: Date,
  to: Date,
  period: string,
): Promise<'sent' | 'nothing' | 'sent before'> {
  const run = and(eq(jobRuns.job, JOB), eq(jobRuns.period, period));
  const before = await db().select().from(jobRuns).where(run);
  if (before.length > 0) return 'sent before';
  const lines = await summaryOf(from, to);
  if (lines.length === 0) return 'nothing';

  const [mine] = await db().insert(jobRuns).values({ job: JOB, period }).onConflictDoNothing().returning();
  if (!mine) return 'sent before';
  try {
    const last = new Date(to.getTime() - 1);
    const text = [`${app.title}, ${dayOf(from)} to ${dayOf(last)}`, '', ...lines].join('\n');
    await sendMail({ to: owner(), subject: `Your week: ${app.title}`, text }, `summary-${period}`);
    return 'sent';
  } catch (error) {
    // The next round tries again.
    await db().delete(jobRuns).where(run);
    throw error;
  }
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
