import { SERVICE_ENV_NAMES, SERVICES } from '../../domain/services.ts';
import { create, sessions } from './mock-sessions.ts';
import type { SessionLog } from './session-log.ts';
import { submit } from './turn-script.ts';

export type Reply = { readonly status: number; readonly type: string; readonly body: string | Buffer };
type Body = Readonly<Record<string, unknown>>;

const json = (value: unknown, status = 200): Reply => ({
  status,
  type: 'application/json',
  body: JSON.stringify(value),
});
const problem = (status: number, code: string, detail: string): Reply => ({
  ...json({ type: 'about:blank', title: code, status, code, detail }, status),
  type: 'application/problem+json',
});

/** A token that nobody verifies: the mock accepts every visitor. */
const token = (): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'none' })}.${part({ sub: 'u1', user_id: 'u1', iat: now, exp: now + 3600 })}.x`;
};

const identity = (path: string): Reply | undefined => {
  if (path.endsWith('accounts:signUp')) {
    return json({ idToken: token(), refreshToken: 'r', expiresIn: '3600', localId: 'u1' });
  }
  if (path.endsWith('accounts:lookup')) return json({ users: [{ localId: 'u1' }] });
  if (path.endsWith('/v1/token')) {
    return json({
      id_token: token(),
      access_token: token(),
      refresh_token: 'r',
      expires_in: '3600',
      user_id: 'u1',
    });
  }
  return undefined;
};

const FILES = [
  'CLAUDE.md',
  'package.json',
  'server/routes/habits.ts',
  'server/tables/habits.ts',
  'src/main.tsx',
];
const CONTENT = `import { date, pgTable, serial, text } from 'drizzle-orm/pg-core';\n\nexport const habits = pgTable('habits', {\n  id: serial().primaryKey(),\n  name: text().notNull(),\n  since: date().notNull(),\n});\n`;
const PATCH = `@@ -0,0 +1,3 @@\n+export const habits = pgTable('habits', {\n+  id: serial().primaryKey(),\n+});\n`;

const COLUMNS = [
  { name: 'id', type: 'integer' },
  { name: 'name', type: 'text' },
  { name: 'since', type: 'date' },
];

const reads = (log: SessionLog, rest: string, query: URLSearchParams): Reply | undefined => {
  const { view, transcript } = log.views();
  if (rest === '') return json(view);
  if (rest === '/transcript') return json(transcript);
  if (rest === '/history') return json(view.history);
  if (rest === '/events') {
    const from = Number(query.get('from') ?? 0);
    return json({ events: log.events.slice(from, from + Number(query.get('limit') ?? 100)), head: log.head });
  }
  if (rest === '/events/verify') return json({ events: log.events.length });
  if (rest === '/files')
    return json({ sha: view.history.at, files: FILES.map((path) => ({ path, size: 1 })) });
  if (rest.startsWith('/files/'))
    return json({ path: decodeURIComponent(rest.slice(7)), content: CONTENT, truncated: false });
  if (rest.startsWith('/diff/'))
    return json({ sha: rest.slice(6), files: [{ path: FILES[3], status: 'added', patch: PATCH }] });
  if (rest === '/database') {
    return json({
      tables: [
        { name: 'check_ins', rows: 214, columns: COLUMNS },
        { name: 'habits', rows: 3, columns: COLUMNS },
      ],
    });
  }
  if (rest.startsWith('/database/')) {
    return json({
      columns: COLUMNS,
      rows: [
        ['1', 'Read for ten minutes', '2026-02-11'],
        ['2', 'Walk before noon', '2026-03-01'],
        ['3', 'No phone in bed', null],
      ],
    });
  }
  if (rest === '/mail') {
    const mail = { from: 'app@mk0r.local', to: ['ada@example.com'], at: new Date().toISOString() };
    return json({
      mails: [
        {
          id: 'm1',
          ...mail,
          subject: 'You are on the list',
          text: 'Hello Ada',
          html: '<h1>Hello Ada</h1><p>You are number 1.</p>',
        },
        {
          id: 'm2',
          ...mail,
          subject: 'New signup',
          text: 'ada@example.com joined the waitlist.',
          html: null,
        },
      ],
      contacts: [{ email: 'ada@example.com', at: new Date().toISOString() }],
    });
  }
  if (rest === '/analytics') {
    const events = [
      { event: '$pageview', count: 41 },
      { event: 'habit_added', count: 3 },
      { event: 'check_in', count: 17 },
    ];
    return json({ events, recent: [{ event: 'check_in', at: new Date().toISOString() }] });
  }
  if (rest === '/env') {
    const variables = SERVICES.flatMap((service) =>
      SERVICE_ENV_NAMES[service].map((name) => ({ name, masked: 'post…9f2c', service })),
    );
    return json({ version: view.env.version, variables });
  }
  if (rest === '/clone') {
    const url = `http://x:token@localhost:3000/git/mk0r-${log.slug}.git`;
    return json({
      url,
      command: `git clone ${url}`,
      expiresAt: new Date(Date.now() + 600_000).toISOString(),
    });
  }
  return undefined;
};

const commands = (log: SessionLog, rest: string, body: Body): Reply | undefined => {
  const accepted = (): Reply => json({ revision: log.head }, 202);
  const { history } = log.views().view;
  if (rest === '/turns') {
    if (/refuse/i.test(String(body.prompt))) return problem(503, 'store_unavailable', 'No.');
    return json({ turnId: submit(log, String(body.prompt)), revision: log.head }, 202);
  }
  const turnId = /^\/turns\/([^/]+)\/cancel$/.exec(rest)?.[1];
  if (turnId !== undefined) {
    log.cancelled = true;
    log.append({ type: 'TurnCancelRequested', data: { turnId } }, new Date(), 'visitor:u1');
    return accepted();
  }
  if (rest === '/history') {
    const to =
      body.to === 'undo'
        ? history.undo
        : body.to === 'redo'
          ? history.redo
          : (body.to as { sha: string }).sha;
    if (to === undefined) return problem(409, 'nothing_to_undo', 'There is nothing to undo.');
    const kind = body.to === 'undo' || body.to === 'redo' ? body.to : 'jump';
    log.append({ type: 'HistoryMoveRequested', data: { moveId: 'm', from: history.at, to, kind } });
    setTimeout(() => {
      log.append({
        type: 'HistoryMoved',
        data: { attemptId: 'm', from: history.at, to, kind, data: 'kept' },
      });
    }, 400);
    return accepted();
  }
  if (rest === '/wake') {
    log.append({
      type: 'StepStarted',
      data: { step: 'wake', attemptId: 'w', attempt: 1, deadline: '', runner: 'mock' },
    });
    setTimeout(() => {
      log.append({
        type: 'SandboxWoken',
        data: { attemptId: 'w', agentSessionId: 'a', envRestored: true, sha: history.at, runner: 'mock' },
      });
    }, 1_500);
    return accepted();
  }
  return rest.endsWith('/retry') ? accepted() : undefined;
};

/** The answer to a request of the API; nothing for what is not one. */
export const answer = async (method: string, url: URL, body: Body): Promise<Reply | undefined> => {
  const path = url.pathname;
  const signedIn = identity(path);
  if (signedIn !== undefined) return signedIn;
  if (!path.startsWith('/api/')) return undefined;
  if (path === '/api/config') {
    return json({
      firebase: { apiKey: 'mock', projectId: 'mk0r-local', authDomain: 'localhost' },
      authEmulatorUrl: url.origin,
      previewUrl: `http://{slug}.preview.localhost:${url.port}`,
      isolation: {
        tier: 'bwrap+uid+cgroup',
        summary:
          'Each app runs in its own sandbox on this machine, with its own user, network and limits; the kernel is shared.',
      },
      agent: 'offline',
      embedded: ['database', 'mail', 'repository', 'analytics', 'identity', 'agent'],
      limits: { promptChars: 8000 },
    });
  }
  if (path === '/api/warm') {
    return json({
      parts: { sandbox: 'warm', neon: 'warm', resend: 'failed', github: 'starting', posthog: 'warm' },
      ready: 1,
    });
  }
  if (path === '/api/vm/prewarm') return json({}, 202);
  if (path === '/api/live/ticket') return json({ ticket: 't', expiresAt: new Date().toISOString() });
  if (path === '/api/sessions' && method === 'POST') {
    if (/refuse/i.test(String(body.prompt))) return problem(503, 'store_full', 'No.');
    const log = create(typeof body.prompt === 'string' ? body.prompt : undefined);
    await new Promise((resolve) => setTimeout(resolve, 60));
    return json(
      { sessionId: log.id, slug: log.slug, sessionKey: 'k', revision: log.head, source: 'cold' },
      201,
    );
  }
  if (path === '/api/sessions') {
    const items = [...sessions.values()].map((log) => {
      const { sessionId, slug, title, phase, sandbox, plannedAt } = log.views().view;
      return {
        sessionId,
        slug,
        title,
        phase,
        sandbox,
        createdAt: plannedAt,
        lastActivityAt: log.events.at(-1)?.at,
      };
    });
    return json({ sessions: items });
  }
  const [, id, rest] = /^\/api\/sessions\/([^/]+)(.*)$/.exec(path) ?? [];
  const log = id === undefined ? undefined : sessions.get(id);
  if (log === undefined || rest === undefined)
    return problem(404, 'session_not_found', 'There is no such session.');
  if (method === 'DELETE') {
    log.append({ type: 'CloseRequested', data: { reason: 'deleted by its owner' } });
    return json({ revision: log.head }, 202);
  }
  const reply = method === 'GET' ? reads(log, rest, url.searchParams) : commands(log, rest, body);
  return reply ?? problem(404, 'route_not_found', 'There is no such route.');
};
