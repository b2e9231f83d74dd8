import { and, asc, eq, sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { withStreaks } from '../../shared/habits.ts';
import { addDays } from '../../shared/streaks.ts';
import { db } from '../db.ts';
import { checkIns, habits } from '../tables/habits.ts';

const NewHabit = z.object({
  name: z.string().trim().min(1, 'Give the habit a name.').max(80, 'Keep the name under 80 characters.'),
});
const Id = z.uuid('That is not a habit.');
const Day = z.iso.date('A day is written YYYY-MM-DD.');

export const habitsRoutes = new Hono()
  // The caller says what day it is: streaks follow the visitor's calendar, not the server's.
  .get('/', async (c) => {
    const today = Day.parse(c.req.query('today'));
    const rows = await db()
      .select({
        id: habits.id,
        name: habits.name,
        days: sql<string[]>`array_remove(array_agg(${checkIns.day}::text order by ${checkIns.day}), null)`,
      })
      .from(habits)
      .leftJoin(checkIns, eq(checkIns.habitId, habits.id))
      .groupBy(habits.id)
      .orderBy(asc(habits.createdAt));
    return c.json(rows.map((row) => withStreaks(row, today)));
  })
  .post('/', async (c) => {
    const { name } = NewHabit.parse(await c.req.json());
    const [habit] = await db().insert(habits).values({ name }).returning({ id: habits.id });
    return c.json(habit, 201);
  })
  .delete('/:id', async (c) => {
    await db()
      .delete(habits)
      .where(eq(habits.id, Id.parse(c.req.param('id'))));
    return c.json({ ok: true });
  })
  .put('/:id/check-ins/:day', async (c) => {
    const habitId = Id.parse(c.req.param('id'));
    const day = notInFuture(Day.parse(c.req.param('day')));
    const known = await db().select({ id: habits.id }).from(habits).where(eq(habits.id, habitId));
    if (known.length === 0) throw new HTTPException(404, { message: 'That habit is gone.' });
    await db().insert(checkIns).values({ habitId, day }).onConflictDoNothing();
    return c.json({ ok: true });
  })
  .delete('/:id/check-ins/:day', async (c) => {
    const habitId = Id.parse(c.req.param('id'));
    const day = Day.parse(c.req.param('day'));
    await db()
      .delete(checkIns)
      .where(and(eq(checkIns.habitId, habitId), eq(checkIns.day, day)));
    return c.json({ ok: true });
  });

/** Somewhere on earth it is already tomorrow in UTC, never later. */
function notInFuture(day: string): string {
  const latest = addDays(new Date().toISOString().slice(0, 10), 1);
  if (day > latest) throw new HTTPException(400, { message: 'That day has not come yet.' });
  return day;
}
