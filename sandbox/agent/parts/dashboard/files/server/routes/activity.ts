import { count, countDistinct, desc, gte, sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { z } from 'zod';
import { NewEvent, type Summary } from '../../shared/activity.ts';
import { db } from '../db.ts';
import { appEvents } from '../tables/activity.ts';

const Days = z.coerce.number().int().min(1).max(90).default(14);
const DAY_MS = 24 * 60 * 60_000;

export const activityRoutes = new Hono()
  .post('/', async (c) => {
    await db()
      .insert(appEvents)
      .values(NewEvent.parse(await c.req.json()));
    return c.json({ ok: true }, 201);
  })
  .get('/', async (c) => {
    const days = lastDays(Days.parse(c.req.query('days')));
    const since = gte(appEvents.createdAt, new Date(`${days[0]}T00:00:00Z`));
    const day = sql<string>`to_char(${appEvents.createdAt} at time zone 'UTC', 'YYYY-MM-DD')`;
    const [counted, perName, [all], latest] = await Promise.all([
      db().select({ day, count: count() }).from(appEvents).where(since).groupBy(day),
      db()
        .select({ name: appEvents.name, count: count() })
        .from(appEvents)
        .where(since)
        .groupBy(appEvents.name)
        .orderBy(desc(count()))
        .limit(12),
      db()
        .select({ total: count(), visitors: countDistinct(sql`nullif(${appEvents.visitor}, '')`) })
        .from(appEvents)
        .where(since),
      db().select().from(appEvents).orderBy(desc(appEvents.createdAt)).limit(10),
    ]);
    return c.json({
      perDay: days.map((each) => ({ day: each, count: counted.find((row) => row.day === each)?.count ?? 0 })),
      perName,
      total: all?.total ?? 0,
      visitors: all?.visitors ?? 0,
      latest: latest.map(({ id, name, properties, createdAt }) => ({
        id,
        name,
        properties: properties as Record<string, unknown>,
        createdAt: createdAt.toISOString(),
      })),
    } satisfies Summary);
  });

function lastDays(howMany: number): string[] {
  const now = Date.now();
  return Array.from({ length: howMany }, (_, index) =>
    new Date(now - (howMany - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}
