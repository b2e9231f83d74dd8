import type { Entity } from '../../spec.ts';
import { namesOf } from './names.ts';

/** `server/routes/<plural>.ts`: list, create, change, delete. */
export function routesTs(entity: Entity): string {
  const { plural, type, one } = namesOf(entity);
  return `import { desc, eq } from 'drizzle-orm';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { New${type} } from '../../shared/${plural}.ts';
import { db } from '../db.ts';
import { ${plural} } from '../tables/${plural}.ts';

const Id = z.uuid('That is not a ${one}.');
const MOST = 1000;

export const ${plural}Routes = new Hono()
  .get('/', async (c) => {
    const newestFirst = desc(${plural}.createdAt);
    return c.json(await db().select().from(${plural}).orderBy(newestFirst).limit(MOST));
  })
  .post('/', async (c) => {
    const values = New${type}.parse(await c.req.json());
    const [created] = await db().insert(${plural}).values(values).returning();
    return c.json(created, 201);
  })
  .patch('/:id', async (c) => {
    const chosen = eq(${plural}.id, Id.parse(c.req.param('id')));
    const values = New${type}.partial().parse(await c.req.json());
    const [changed] = await db().update(${plural}).set(values).where(chosen).returning();
    if (!changed) throw new HTTPException(404, { message: 'That ${one} is gone.' });
    return c.json(changed);
  })
  .delete('/:id', async (c) => {
    const chosen = eq(${plural}.id, Id.parse(c.req.param('id')));
    await db().delete(${plural}).where(chosen);
    return c.json({ ok: true });
  });
`;
}
