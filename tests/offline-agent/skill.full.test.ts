import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { withRig } from './rig.ts';

const SNIPPETS = '../.claude/skills/backend-services/snippets';

const SCHEMA = `export * from '${SNIPPETS}/schema.ts';\n`;
const SERVER = `import { Hono } from 'hono';
import { countFromScript, countOrder } from '${SNIPPETS}/server-analytics.ts';
import { announceSignup, sendWeekly, sendWelcome } from '${SNIPPETS}/mail.ts';
import { createProject, dueSince, taskRoutes } from '${SNIPPETS}/queries.ts';
import { answerError } from './errors.ts';

const api = new Hono().basePath('/api');
api.route('/tasks', taskRoutes);
api.get('/health', (c) => c.json({ ok: true }));
api.post('/project', async (c) => c.json({ id: await createProject('Garden', ['Dig', 'Plant']) }));
api.get('/due', async (c) => c.json(await dueSince('2026-01-01')));
api.post('/mails', async (c) => {
  const ada = { id: '1', email: 'ada@example.com' };
  await sendWelcome(ada);
  await sendWelcome(ada);
  await announceSignup(ada);
  await sendWeekly('2026-w47', [{ to: 'ada@example.com', text: 'Three days in a row.' }]);
  return c.json({ ok: true });
});
api.post('/events', async (c) => {
  countOrder('customer-1', 1200);
  await countFromScript('nightly');
  return c.json({ ok: true });
});
api.onError(answerError);
export default api;
`;

describe('the snippets of the backend-services skill, mounted in an app as they stand', () => {
  const rig = withRig();
  const change = () => rig.app.node('scripts/db-change.mjs', 'next');
  const schema = (text: string) => writeFile(join(rig.app.cwd, 'server/schema.ts'), text);

  beforeAll(async () => {
    await schema(SCHEMA);
    await writeFile(join(rig.app.cwd, 'server/index.ts'), SERVER);
    expect(await change()).toMatchObject({ exitCode: 0 });
    await vi.waitUntil(async () => (await rig.call('GET', '/tasks')).status === 200, { timeout: 30_000 });
  });

  it('store, search, change and delete in Postgres', async () => {
    const { id: projectId } = (await rig.call('POST', '/project')).body as { id: string };
    const task = { projectId, title: 'Water the plums', notes: 'twice a week', due: '2026-05-01' };
    const { status, body } = await rig.call('POST', '/tasks', task);
    expect(status).toBe(201);
    const { id } = body as { id: string };
    expect((await rig.call('POST', '/tasks', task)).body).toMatchObject({ id });
    expect((await rig.call('GET', '/tasks/search?q=week%20plums')).body).toMatchObject([{ id }]);
    expect((await rig.call('GET', '/tasks/search?q=%27%3B%20drop%20table')).body).toEqual([]);
    expect((await rig.call('PATCH', `/tasks/${id}`, { done: true })).body).toMatchObject({ done: true });
    expect((await rig.call('GET', '/tasks/per-project')).body).toEqual([{ project: 'Garden', open: 2 }]);
    expect((await rig.call('GET', '/due')).body).toMatchObject([{ id }]);
    await rig.call('DELETE', `/tasks/${id}`);
    expect((await rig.call('GET', '/tasks')).body).toMatchObject([{ title: 'Dig' }, { title: 'Plant' }]);
  });

  it('send each mail once and add the contact', async () => {
    expect((await rig.call('POST', '/mails')).status).toBe(200);
    expect(
      rig.services
        .inbox()
        .map(({ subject }) => subject)
        .sort(),
    ).toEqual(['New signup: ada@example.com', 'Welcome', 'Your week']);
    expect(rig.services.contacts()).toMatchObject([{ email: 'ada@example.com' }]);
  });

  it('record events from the server and from a script', async () => {
    await rig.call('POST', '/events');
    const names = () => rig.services.events().map(({ event }) => event);
    await vi.waitUntil(() => names().includes('order placed') && names().includes('nightly'), {
      timeout: 30_000,
    });
  });

  it('are brought to the database by migrations, each of which is applied once', async () => {
    expect((await change()).output).toContain('No schema changes.');
    await schema(`${SCHEMA}${table('ventures', 'name: text()')}`);
    expect((await change()).output).toContain('Applied 1 migration.');
    expect(await rig.services.tables()).toEqual(['projects', 'tasks', 'ventures']);
    const applied = await rig.services.sql('select count(*)::int as n from drizzle.__drizzle_migrations');
    expect(applied).toEqual([{ n: 2 }]);
  });

  it('fail to change where drizzle-kit would ask for a rename; two changes are the way round', async () => {
    await schema(`${SCHEMA}${table('ventures', 'title: text()')}`);
    const asked = await change();
    expect(asked.exitCode).toBe(1);
    expect(asked.output).toContain('Interactive prompts require a TTY');
    await schema(`${SCHEMA}${table('ventures', 'name: text(), title: text()')}`);
    expect(await change()).toMatchObject({ exitCode: 0 });
    await schema(`${SCHEMA}${table('ventures', 'title: text()')}`);
    expect(await change()).toMatchObject({ exitCode: 0 });
  });
});

const table = (name: string, columns: string) => `import { pgTable, text, uuid } from 'drizzle-orm/pg-core';
export const ${name} = pgTable('${name}', { id: uuid().primaryKey().defaultRandom(), ${columns} });
`;
