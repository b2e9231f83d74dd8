import { Hono } from 'hono';
import { answerError } from './errors.ts';

const api = new Hono().basePath('/api');

api.get('/health', (c) => c.json({ ok: true }));

api.notFound((c) => c.json({ error: `There is no ${c.req.method} ${c.req.path}.` }, 404));
api.onError(answerError);

export default api;
