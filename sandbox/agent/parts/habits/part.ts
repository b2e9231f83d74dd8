import type { BuiltPart } from '../../compose/built-part.ts';
import { staticFiles } from '../../compose/static-files.ts';
import { importOf, lines, withinWidth } from '../../compose/text.ts';
import type { Field, PartOf } from '../../spec.ts';
import { fieldComponents } from '../collection/facts.ts';
import { optionsOf, rule } from '../collection/shared.ts';
import { column, columnTypes, retiredColumns } from '../collection/table.ts';
import { detailsTsx } from './details.ts';
import { cardTsx, screenTsx } from './screen.ts';

/** Habits with daily check-ins and streaks that are computed from them. */
export function habitsPart(part: PartOf<'habits'>): BuiltPart {
  const { fields, chart } = part;
  const library = new Set([
    ...(chart ? ['src/components/BarChart.tsx'] : []),
    ...(fields.length > 0 ? ['src/components/Fact.tsx', 'src/lib/form.ts', 'src/lib/format.ts'] : []),
    ...fieldComponents(fields).map((name) => `src/components/${name}.tsx`),
  ]);
  return {
    id: 'habits',
    label: 'Habits',
    screen: 'HabitsScreen',
    tables: ['habits', 'check_ins'],
    probe: `/api/habits?today=${new Date().toISOString().slice(0, 10)}`,
    files: new Map([
      ...staticFiles('streaks'),
      ...staticFiles('collection', library),
      ...staticFiles('habits'),
      ['server/tables/habits.ts', tableTs(part)],
      ['server/routes/habits.ts', routesTs(part)],
      ['shared/habits.ts', sharedTs(part)],
      ['src/features/habits/HabitCard.tsx', cardTsx(part)],
      ['src/features/habits/HabitsScreen.tsx', screenTsx(part)],
      ...(fields.length > 0 ? ([['src/features/habits/HabitDetails.tsx', detailsTsx(part)]] as const) : []),
    ]),
  };
}

function tableTs({ fields, retired }: PartOf<'habits'>): string {
  const used = new Set(['date', 'index', 'pgTable', 'text', 'timestamp', 'uniqueIndex', 'uuid']);
  for (const type of columnTypes([...fields, ...retired])) used.add(type);
  return `${importOf([...used], 'drizzle-orm/pg-core')}

export const habits = pgTable('habits', {
  id: uuid().primaryKey().defaultRandom(),
  name: text().notNull(),
${lines(
  ...fields.map((field) => `  ${column(field, false)},`),
  retired.length > 0 && retiredColumns('  ', retired),
  "  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),",
)}
});

/** One row per habit and day; the day is a date in the calendar of whoever checked in. */
export const checkIns = pgTable(
  'check_ins',
  {
    id: uuid().primaryKey().defaultRandom(),
    habitId: uuid('habit_id')
      .notNull()
      .references(() => habits.id, { onDelete: 'cascade' }),
    day: date().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('check_ins_habit_day').on(table.habitId, table.day),
    index('check_ins_day').on(table.day),
  ],
);
`;
}

function sharedTs({ fields }: PartOf<'habits'>): string {
  const details =
    fields.length === 0
      ? ''
      : `
/** What can be noted about a habit. */
export const HabitDetails = z.object({
${fields.map((field) => `  ${field.name}: ${rule(field, false)},`).join('\n')}
});

export type HabitDetails = z.infer<typeof HabitDetails>;
`;
  return `${fields.length > 0 ? "import { z } from 'zod';\n" : ''}import { type Day, streaks } from './streaks.ts';
${optionsOf(fields)}${details}
export type Habit = ${fields.length > 0 ? 'HabitDetails & ' : ''}{
  id: string;
  name: string;
  /** Every day with a check-in. */
  days: Day[];
  currentStreak: number;
  bestStreak: number;
};

/** A habit before anything is known of it but its name. */
${blank(fields)}

/** A habit with its streaks, as of \`today\`. */
export function withStreaks<Row extends { days: Day[] }>(habit: Row, today: Day) {
  const { current, best } = streaks(habit.days, today);
  return { ...habit, currentStreak: current, bestStreak: best };
}
`;
}

/** What a new habit is, for the page to show before the server has answered. */
function blank(fields: readonly Field[]): string {
  const empty = ({ type }: Field) => (type === 'yes or no' ? 'false' : type === 'tags' ? '[]' : 'null');
  const start = 'export const newHabit = (id: string, name: string) => (';
  const values = ['id', 'name', 'days: []', ...fields.map((field) => `${field.name}: ${empty(field)}`)];
  return withinWidth(
    `${start}{ ${values.join(', ')} });`,
    `${start}{\n${values.map((value) => `  ${value},`).join('\n')}\n});`,
  );
}

function routesTs({ fields, newestFirst }: PartOf<'habits'>): string {
  const way = newestFirst ? 'desc' : 'asc';
  const imported = ['and', way, 'eq', 'sql'].sort();
  const patch = `
  .patch('/:id', async (c) => {
    const chosen = eq(habits.id, Id.parse(c.req.param('id')));
    const details = HabitDetails.parse(await c.req.json());
    const [changed] = await db().update(habits).set(details).where(chosen).returning();
    if (!changed) throw new HTTPException(404, { message: 'That habit is gone.' });
    return c.json(changed);
  })`;
  return `import { ${imported.join(', ')} } from 'drizzle-orm';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { ${fields.length > 0 ? 'HabitDetails, ' : ''}withStreaks } from '../../shared/habits.ts';
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
${fields.map(({ name }) => `        ${name}: habits.${name},\n`).join('')}        days: sql<string[]>\`array_remove(array_agg(\${checkIns.day}::text order by \${checkIns.day}), null)\`,
      })
      .from(habits)
      .leftJoin(checkIns, eq(checkIns.habitId, habits.id))
      .groupBy(habits.id)
      .orderBy(${way}(habits.createdAt));
    return c.json(rows.map((row) => withStreaks(row, today)));
  })
  .post('/', async (c) => {
    const { name } = NewHabit.parse(await c.req.json());
    const [habit] = await db().insert(habits).values({ name }).returning({ id: habits.id });
    return c.json(habit, 201);
  })${fields.length > 0 ? patch : ''}
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
`;
}
