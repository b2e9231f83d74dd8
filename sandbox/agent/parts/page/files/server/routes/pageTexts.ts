import { eq } from 'drizzle-orm';
import { Hono } from 'hono';
import { z } from 'zod';
import { db } from '../db.ts';
import { pageTexts } from '../tables/pageTexts.ts';

const Name = z.string().regex(/^[a-zA-Z0-9]{1,40}$/, 'That is not a page.');
const Words = z.object({ text: z.string().max(20_000) });

export const pageTextsRoutes = new Hono()
  .get('/:name', async (c) => {
    const named = eq(pageTexts.name, Name.parse(c.req.param('name')));
    const [page] = await db().select().from(pageTexts).where(named);
    return c.json({ text: page?.text ?? '' });
  })
  .put('/:name', async (c) => {
    const name = Name.parse(c.req.param('name'));
    const { text } = Words.parse(await c.req.json());
    const written = { text, updatedAt: new Date() };
    await db()
      .insert(pageTexts)
      .values({ name, ...written })
      .onConflictDoUpdate({ target: pageTexts.name, set: written });
    return c.json({ text });
  });
