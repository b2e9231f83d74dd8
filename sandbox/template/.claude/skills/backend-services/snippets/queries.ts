import { and, asc, count, desc, eq, gte, sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { db } from '../../../../server/db.ts';
import { projects, tasks } from './schema.ts';

const Id = z.uuid();
const NewTask = z.object({
  projectId: Id,
  title: z.string().trim().min(1, 'Give the task a title.').max(200),
  notes: z.string().trim().max(10_000).nullable().default(null),
  due: z.iso.date().nullable().default(null),
});
const TaskChange = z.object({ title: NewTask.shape.title.optional(), done: z.boolean().optional() });

// In server/index.ts: api.route('/tasks', taskRoutes);
export const taskRoutes = new Hono()
  .get('/', async (c) =>
    c.json(await db().select().from(tasks).orderBy(asc(tasks.due), desc(tasks.createdAt)).limit(500)),
  )
  .get('/search', async (c) => {
    const words = z
      .string()
      .max(200)
      .parse(c.req.query('q') ?? '');
    const text = sql`to_tsvector('simple', ${tasks.title} || ' ' || coalesce(${tasks.notes}, ''))`;
    return c.json(
      await db()
        .select()
        .from(tasks)
        .where(sql`${text} @@ websearch_to_tsquery('simple', ${words})`)
        .limit(50),
    );
  })
  .get('/per-project', async (c) => {
    const perProject = db()
      .select({ project: projects.name, open: count(tasks.id) })
      .from(projects)
      .leftJoin(tasks, and(eq(tasks.projectId, projects.id), eq(tasks.done, false)))
      .groupBy(projects.id);
    return c.json(await perProject);
  })
  .post('/', async (c) => {
    const values = NewTask.parse(await c.req.json());
    // The same title twice in a project is one task: answer the one that is there.
    const [created] = await db()
      .insert(tasks)
      .values(values)
      .onConflictDoUpdate({ target: [tasks.projectId, tasks.title], set: { title: values.title } })
      .returning();
    return c.json(created, 201);
  })
  .patch('/:id', async (c) => {
    const id = Id.parse(c.req.param('id'));
    const values = TaskChange.parse(await c.req.json());
    const [changed] = await db().update(tasks).set(values).where(eq(tasks.id, id)).returning();
    if (!changed) throw new HTTPException(404, { message: 'That task is gone.' });
    return c.json(changed);
  })
  .delete('/:id', async (c) => {
    const id = Id.parse(c.req.param('id'));
    await db().delete(tasks).where(eq(tasks.id, id));
    return c.json({ ok: true });
  });

/** All or nothing: a project with its first tasks. */
export const createProject = (name: string, titles: readonly string[]): Promise<string> =>
  db().transaction(async (tx) => {
    const [project] = await tx.insert(projects).values({ name }).returning({ id: projects.id });
    if (!project) throw new Error('the project was not stored');
    await tx
      .insert(tasks)
      .values(titles.map((title, position) => ({ projectId: project.id, title, position })));
    return project.id;
  });

export const dueSince = (day: string) => db().select().from(tasks).where(gte(tasks.due, day));
