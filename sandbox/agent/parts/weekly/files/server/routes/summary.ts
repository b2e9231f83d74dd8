import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { mailSummary, mondayOf } from '../summary/weekly.ts';

export const summaryRoutes = new Hono()
  // At most once an hour: everybody who sees the page can press the button.
  .post('/', async (c) => {
    const now = new Date();
    const status = await mailSummary(mondayOf(now), now, `until ${now.toISOString().slice(0, 13)}`);
    if (status === 'nothing')
      throw new HTTPException(409, { message: 'There is nothing to tell of this week yet.' });
    if (status === 'sent before')
      throw new HTTPException(429, { message: 'That was mailed within this hour.' });
    return c.json({ status });
  });
