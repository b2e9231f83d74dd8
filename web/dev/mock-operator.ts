import { audit } from './mock-audit.ts';
import { operations, orphans, projections, report } from './mock-operations.ts';
import { type Body, json, problem, type Reply } from './mock-reply.ts';
import { sessions } from './mock-sessions.ts';

/** Any token but this one will do: there is nothing to guard here. */
const REFUSED = 'wrong';
let signedIn = true;

const session = (): Reply =>
  json(signedIn ? { signedIn, expiresAt: new Date(Date.now() + 43_200_000).toISOString() } : { signedIn });

const account = (method: string, body: Body): Reply => {
  if (method === 'POST' && body.token === REFUSED)
    return problem(401, 'token_refused', 'The token is not the right one.');
  if (method !== 'GET') signedIn = method === 'POST';
  return method === 'DELETE' ? { status: 204, type: 'text/plain', body: '' } : session();
};

const list = (query: URLSearchParams): Reply => {
  const text = query.get('query') ?? '';
  const found = [...sessions.values()]
    .map((log) => ({ log, view: log.views().view }))
    .filter(({ log }) => `${log.id} ${log.slug} uid-ada`.includes(text))
    .map(({ log, view }) => ({
      sessionId: log.id,
      slug: log.slug,
      state: view.phase === 'booting' ? 'booting' : view.sandbox,
      source: 'pool',
      owner: 'uid-ada-lovelace',
      plannedAt: view.plannedAt,
      lastActivityAt: log.events.at(-1)?.at,
      revision: log.head,
      parked: log.id === 'demo-missing' ? 1 : 0,
    }))
    .filter(({ state }) => query.getAll('state').length === 0 || query.getAll('state').includes(state));
  return json({ sessions: found, total: found.length });
};

const rebuild = (name: string): void => {
  operations.building = { since: Date.now(), name };
  setTimeout(() => {
    operations.building = undefined;
  }, 12_000);
};

/** The answer to what only operators ask; nothing for what is not. */
export const operator = (method: string, url: URL, body: Body): Reply | undefined => {
  const path = url.pathname;
  if (path === '/api/operator/session') return account(method, body);
  if (path === '/api/ops') return json(report());
  if (path === '/api/ops/retry') {
    operations.parked = false;
    return json({ revision: 1 }, 202);
  }
  if (path === '/api/pool/target' || path === '/api/pool/drain') {
    operations.target = Number(body.target ?? 0);
    return json({ revision: 1 }, 202);
  }
  if (path === '/api/orphans') return json(orphans());
  if (path === '/api/orphans/release') {
    operations.orphans = false;
    return json({ found: 2, released: 2, failed: 0, missing: 1, retried: 1, unreachable: [] });
  }
  const [, name, wish] = /^\/api\/projections\/([^/]+)\/(rebuild|rollback)$/.exec(path) ?? [];
  if (name !== undefined) {
    if (wish === 'rebuild') rebuild(name);
    return json(projections().find((known) => known.name === name) ?? {}, 202);
  }
  if (path === '/api/audit/sessions') return list(url.searchParams);
  const [, id, rest] = /^\/api\/audit\/sessions\/([^/]+)(.*)$/.exec(path) ?? [];
  const log = id === undefined ? undefined : sessions.get(id);
  if (log === undefined || rest === undefined) return undefined;
  const views = log.views(url.searchParams.get('at'));
  if (rest === '') return json(views.view);
  return rest === '/transcript' ? json(views.transcript) : audit(log, rest, url.searchParams);
};
