import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBrowser } from '../../adapters/sandboxes/claude/browser.ts';
import type { SessionView } from '../../projections/views.ts';
import { blocksOf, systemOf, toolResultsOf } from '../stand-ins/anthropic/messages.ts';
import {
  type AnthropicStandIn,
  anthropicError,
  type Call,
  startAnthropicStandIn,
} from '../stand-ins/anthropic/server.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { onDisk } from '../support/on-disk.ts';
import { findSecrets } from '../support/secret-search.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { agentOf, conversation, filesIn, freeze, preview, processesOf } from './support.ts';

/** Nobody but the server and the stand-in knows it: found anywhere else, it has leaked. */
const KEY = 'sk-ant-api03-canary-7f3c9a51d2e84b60';
const ADMIN = 'the-operator-of-this-test';
const APP = '/app/src/App.tsx';
const hasBrowser = findBrowser() !== undefined;

const app = (words: string): string => `export function App() {\n  return <h1>${words}</h1>;\n}\n`;

/**
 * The real Claude Code, installed from npm as a server does it, in a sandbox without a network, against a stand-in for
 * the Messages API: whole turns, and everything that goes wrong with models and agents.
 */
describe('Claude Code in a sandbox', () => {
  let model: AnthropicStandIn;
  let server: TestServer;
  let visitor: HttpVisitor;
  let session: { readonly sessionId: string; readonly slug: string };
  let talk: ReturnType<typeof conversation>;

  const view = (): Promise<SessionView> => visitor.view(session.sessionId);
  /** Calls with tools are the conversation's; others ask for titles. */
  const talked = (): readonly Call[] => model.calls.filter(({ request }) => (request.tools ?? []).length > 0);
  const operator = (path: string, body?: unknown) =>
    fetch(server.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const failing = (status: number, type: string, times: number) =>
    model.next(
      Array.from({ length: times }, () => ({
        status,
        body: anthropicError(type, 'in the words of the API'),
      })),
      ({ path }) => path.startsWith('/v1/messages'),
    );

  beforeAll(async () => {
    model = await startAnthropicStandIn({ key: KEY });
    server = await startServer({
      ANTHROPIC_API_KEY: KEY,
      ANTHROPIC_BASE_URL: model.url,
      ADMIN_TOKEN: ADMIN,
      VM_POOL_TARGET_SIZE: '0',
    });
    visitor = await newHttpVisitor(() => server.url);
  });
  afterAll(async () => {
    await server?.close();
    await model?.close();
  });

  test('writes, edits, runs and looks at an app, which is committed, and paid for', async () => {
    model.tells([
      {
        when: /habit tracker/,
        answers: [
          [{ says: 'I look around first.' }, { uses: 'Bash', with: { command: 'ls /app && id -u' } }],
          [{ uses: 'Read', with: { file_path: APP } }],
          [{ uses: 'Write', with: { file_path: APP, content: app('Streaks 6') } }],
          [{ uses: 'Edit', with: { file_path: APP, old_string: 'Streaks 6', new_string: 'Streaks 7' } }],
          [{ uses: 'Write', with: { file_path: '/opt/mk0r/bridge/main.ts', content: '' } }],
          ...(hasBrowser
            ? [
                [{ uses: 'mcp__playwright__browser_navigate', with: { url: 'http://localhost:5173/' } }],
                [{ uses: 'mcp__playwright__browser_snapshot', with: {} }],
              ]
            : []),
          [{ says: 'The page says Streaks 7.' }],
        ],
      },
    ]);
    session = await visitor.startSession('Build me a habit tracker.');
    talk = conversation(visitor, session.sessionId);
    const [{ turnId } = { turnId: '' }] = await visitor.turns(session.sessionId);
    const turn = await talk.ended(turnId);
    expect(turn).toMatchObject({ status: 'finished', commit: { changed: [{ path: 'src/App.tsx' }] } });
    const tools = turn.items.flatMap((item) =>
      item.kind === 'tool' ? [`${item.title}: ${item.status}`] : [],
    );
    expect(tools).toEqual(
      expect.arrayContaining(['Write src/App.tsx: completed', 'Edit src/App.tsx: completed']),
    );
    // Refused by policy, and besides it could not.
    expect(tools).toContain('Write /opt/mk0r/bridge/main.ts: failed');

    const results = JSON.stringify(toolResultsOf((talked().at(-1) as Call).request));
    expect(results).toContain('node_modules');
    if (hasBrowser) expect(results).toContain('Streaks 7');
    expect(await preview(server.url, session.slug, '/src/App.tsx')).toContain('Streaks 7');
    const disk = onDisk(server.dataDir, session.slug);
    await until(
      () => disk.git('show', 'main:src/App.tsx').catch(() => ''),
      (file) => file.includes('Streaks 7'),
    );

    const { spending, models, agent } = await view();
    expect(agent?.name).toContain('claude-agent-acp');
    expect(models.map(({ id }) => id)).toEqual(expect.arrayContaining(['haiku', 'sonnet', 'opus']));
    expect(spending.calls).toBeGreaterThanOrEqual(6);
    expect(spending.costMicros).toBeGreaterThan(0);
    expect(spending.budgetMicros).toBe(2_000_000);
    expect(turn.usage).toMatchObject({ model: 'claude-haiku-5-5', costMicros: expect.any(Number) });
  });

  test('is told what it has to know: our words, the project’s, its skills, and the model that was chosen', () => {
    const [{ request } = { request: undefined }] = talked();
    if (request === undefined) throw new Error('nothing was asked');
    const everything = JSON.stringify(request);
    expect(request.model).toBe('claude-haiku-5-5');
    expect(systemOf(request)).toContain('Read /app/.env before asking for anything');
    expect(everything).toContain('/app/CLAUDE.md');
    expect(everything).toContain('backend-services');
    const tools = request.tools?.map(({ name }) => name) ?? [];
    expect(tools).toEqual(expect.arrayContaining(['Write', 'Edit', 'Bash', 'Read']));
    expect(tools.includes('mcp__playwright__browser_navigate')).toBe(hasBrowser);
  });

  test('never meets the key: not in files, environments, arguments, the log, the events or an answer', async () => {
    const inside = filesIn(join(server.dataDir, 'sandboxes', `mk0r-${session.slug}`));
    const processes = processesOf(session.slug);
    expect(processes.filter(({ command }) => command.includes('claude')).length).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(processes)).toContain('ANTHROPIC_API_KEY=mk0r-model-');
    const events = await visitor.request('GET', `/api/sessions/${session.sessionId}/events.ndjson`);
    const places = [
      ...inside,
      ...processes.flatMap(({ places }) => places),
      ...filesIn(server.dataDir).filter(({ name }) => !name.includes('/templates/')),
      { name: 'log', text: server.log() },
      { name: 'events', text: String(events.body) },
      ...visitor.received.map(({ url, text }) => ({ name: url, text })),
    ];
    expect(findSecrets({ key: KEY }, places)).toEqual([]);
    // A search that finds nothing anywhere would find nothing here.
    expect(findSecrets({ key: KEY }, [{ name: 'stand-in', text: JSON.stringify(model.calls) }])).toEqual([
      'key in stand-in',
    ]);
  });

  test('has a token that is worth nothing elsewhere, and hides it from whoever reads along', async () => {
    model.tells([
      {
        when: /token/,
        answers: [[{ uses: 'Bash', with: { command: 'echo $ANTHROPIC_API_KEY' } }], [{ says: 'So.' }]],
      },
    ]);
    const turn = await talk.ask('Show me your token.');
    const token = /mk0r-model-[\w-]+/.exec(JSON.stringify((talked().at(-1) as Call).request))?.[0] ?? '';
    expect(token).toMatch(/^mk0r-model-[a-z0-9]{12}-/);
    expect(JSON.stringify(turn)).not.toContain(token);
    expect(JSON.stringify(turn)).toContain('[ANTHROPIC_API_KEY]');
    const direct = await fetch(`${model.url}/v1/models`, {
      headers: { 'x-api-key': token, 'anthropic-version': '2023-06-01' },
    });
    expect(direct.status).toBe(401);
  });

  test('goes on with another model when one is chosen', async () => {
    const chosen = await visitor.request('POST', `/api/sessions/${session.sessionId}/model`, {
      model: 'sonnet',
    });
    expect(chosen.status).toBe(202);
    expect(await talk.ask('Hello again.')).toMatchObject({ status: 'finished' });
    expect(talked().at(-1)?.request.model).toMatch(/^claude-sonnet/);
    await visitor.request('POST', `/api/sessions/${session.sessionId}/model`, { model: 'haiku' });
  });

  test('is shown a picture that comes with a message, and where it lies; its bytes are in no event', async () => {
    // Of one pixel: https://en.wikipedia.org/wiki/GIF
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
    model.tells([{ when: /like this/, answers: [[{ says: 'I see it.' }]] }]);
    const kept = await visitor.sendFile(`/api/sessions/${session.sessionId}/pictures`, gif, 'image/gif');
    expect(kept.status).toBe(201);
    const { id } = (kept.body as { attachment: { id: string } }).attachment;
    const asked = await visitor.request('POST', `/api/sessions/${session.sessionId}/turns`, {
      prompt: 'Make it look like this.',
      pictures: [id],
    });
    const { turnId } = asked.body as { turnId: string };
    expect(await talk.ended(turnId)).toMatchObject({ status: 'finished', attachments: [{ id }] });
    const blocks = (talked().at(-1) as Call).request.messages.flatMap(blocksOf);
    expect(blocks.filter(({ type }) => type === 'image')).toMatchObject([
      { source: { type: 'base64', media_type: 'image/gif', data: gif.toString('base64') } },
    ]);
    const file = `/app/.git/mk0r-pictures/${id.slice(0, 12)}.gif`;
    expect(blocks.some(({ text = '' }) => text.includes(file))).toBe(true);
    const events = await visitor.request('GET', `/api/sessions/${session.sessionId}/events.ndjson`);
    expect(String(events.body)).toContain(id);
    expect(String(events.body)).not.toContain(gif.toString('base64').slice(0, 30));
  });

  test('stops when it is told to, also in the middle of a sentence, and what came is paid for', async () => {
    model.tells([{ when: /essay/, answers: [{ parts: [{ says: 'x'.repeat(2_000) }], how: 'stalls' }] }]);
    const before = (await view()).spending;
    const turnId = await talk.submit('Write an essay.');
    await until(
      () => Promise.resolve(talked().at(-1)),
      (call) => JSON.stringify(call?.request.messages).includes('essay'),
    );
    await talk.cancel(turnId);
    expect(await talk.ended(turnId)).toMatchObject({ status: 'cancelled' });
    await until(view, ({ spending }) => spending.costMicros > before.costMicros);
    await until(
      () => Promise.resolve(talked().at(-1)),
      (call) => call?.hungUp === true,
    );
  });

  test('is replaced when it hangs, with its conversation', async () => {
    model.tells([{ when: /hang/, answers: [{ parts: [{ says: 'x'.repeat(2_000) }], how: 'stalls' }] }]);
    const turnId = await talk.submit('Now hang.');
    await until(
      () => talk.turn(turnId),
      ({ status }) => status === 'running',
    );
    const { all } = agentOf(session.slug);
    freeze(all);
    await talk.cancel(turnId);
    expect(await talk.ended(turnId)).toMatchObject({ status: 'cancelled' });
    await until(
      () => Promise.resolve(processesOf(session.slug)),
      (left) => left.every(({ pid }) => !all.includes(pid)),
    );
    expect(await talk.ask('Are you there?')).toMatchObject({ status: 'finished' });
    expect(JSON.stringify(talked().at(-1)?.request.messages)).toContain('habit tracker');
  });

  test('is missed when it crashes, and comes back for the next message, with its conversation', async () => {
    model.tells([{ when: /crash/, answers: [{ parts: [{ says: 'x'.repeat(2_000) }], how: 'stalls' }] }]);
    const calls = talked().length;
    const turnId = await talk.submit('Now crash.');
    await until(
      () => Promise.resolve(talked().length),
      (count) => count > calls,
    );
    process.kill(agentOf(session.slug).adapter, 'SIGKILL');
    expect(await talk.ended(turnId)).toMatchObject({ status: 'failed', error: { code: 'agent_crashed' } });
    expect(await talk.ask('And now?')).toMatchObject({ status: 'finished' });
    expect(JSON.stringify(talked().at(-1)?.request.messages)).toContain('habit tracker');
  });

  test('tries again where the model is busy for a moment, and the visitor sees nothing of it', async () => {
    failing(429, 'rate_limit_error', 1);
    failing(529, 'overloaded_error', 1);
    expect(await talk.ask('Are you busy?')).toMatchObject({ status: 'finished' });
  });

  // Half a minute: that is how long it tries.
  test('gives up where the model stays overloaded, and says so', async () => {
    failing(529, 'overloaded_error', 40);
    const turn = await talk.ask('Are you overloaded?');
    expect(turn).toMatchObject({ status: 'failed', error: { code: 'model_overloaded', retryable: true } });
    // What is left of the forty is for nobody.
    const drained = () =>
      fetch(`${model.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': KEY, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
        body: '{}',
      });
    await until(drained, ({ status }) => status === 400, 0);
  });

  test('stops where its budget ends, says so, and goes on when an operator has raised it', async () => {
    const { sessionId } = session;
    const { spending } = await view();
    const spent = spending.costMicros;
    const set = await operator('/api/ops/budget', { sessionId, budgetMicros: spent + 1_000 });
    expect(set.status).toBe(202);
    expect(await talk.ask('One more thing.')).toMatchObject({
      status: 'failed',
      error: { code: 'budget_exhausted' },
    });
    // The page and the conversation are two views: neither waits for the other.
    const { exhausted } = (await until(view, ({ spending }) => spending.exhausted !== undefined)).spending;
    expect(exhausted).toMatchObject({ scope: 'session', budgetMicros: spent + 1_000 });
    await operator('/api/ops/budget', { sessionId, budgetMicros: 5_000_000 });
    await until(view, ({ spending }) => spending.exhausted === undefined);
    expect(await talk.ask('Another try.')).toMatchObject({ status: 'finished' });
    const day = (await (await operator('/api/ops/spending')).json()) as { readonly spentMicros: number };
    expect(day.spentMicros).toBeGreaterThanOrEqual(spent);
  });
});
