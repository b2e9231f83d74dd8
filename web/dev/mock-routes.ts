import { audit } from './mock-audit.ts';
import { identity } from './mock-identity.ts';
import { operator } from './mock-operator.ts';
import { attachmentsOf, keepPicture, picture } from './mock-pictures.ts';
import { reads } from './mock-reads.ts';
import { type Body, json, problem, type Reply } from './mock-reply.ts';
import { create, sessions, upgrade } from './mock-sessions.ts';
import { fork, version } from './mock-versions.ts';
import type { SessionLog } from './session-log.ts';
import { submit } from './turn-script.ts';

const commands = (log: SessionLog, rest: string, body: Body): Reply | undefined => {
  const accepted = (): Reply => json({ revision: log.head }, 202);
  const { history } = log.views().view;
  if (rest === '/turns') {
    if (/refuse/i.test(String(body.prompt))) return problem(503, 'store_unavailable', 'No.');
    const turnId = submit(log, String(body.prompt), attachmentsOf(body.pictures));
    return json({ turnId, revision: log.head }, 202);
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
  if (rest === '/upgrade') {
    upgrade(log);
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

const bodyOf = (bytes: Buffer): Body =>
  bytes[0] === '{'.charCodeAt(0) ? (JSON.parse(String(bytes)) as Body) : {};

/** The answer to a request of the API; nothing for what is not one. */
export const answer = async (
  method: string,
  url: URL,
  bytes: Buffer<ArrayBufferLike>,
): Promise<Reply | undefined> => {
  const body = bodyOf(bytes);
  const path = url.pathname;
  const signedIn = identity(path);
  if (signedIn !== undefined) return signedIn;
  if (!path.startsWith('/api/')) return undefined;
  const operated = operator(method, url, body);
  if (operated !== undefined) return operated;
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
      limits: { promptChars: 8000, idleDays: 30 },
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
    const prompt = typeof body.prompt === 'string' ? body.prompt : undefined;
    const log = create(prompt, body.mode === 'quick' ? 'quick' : undefined);
    await new Promise((resolve) => setTimeout(resolve, 60));
    return json(
      { sessionId: log.id, slug: log.slug, sessionKey: 'k', revision: log.head, source: 'cold' },
      201,
    );
  }
  if (path === '/api/sessions') {
    const items = [...sessions.values()].map((log) => {
      const { sessionId, slug, title, phase, sandbox, mode, plannedAt } = log.views().view;
      return {
        sessionId,
        slug,
        title,
        phase,
        sandbox,
        ...(mode === undefined ? {} : { mode }),
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
  if (rest === '/fork') return fork(log, body);
  if (rest === '/version') return version(log, method, body);
  if (rest === '/pictures') return keepPicture(log, bytes);
  if (rest.startsWith('/pictures/')) return picture(rest.slice('/pictures/'.length));
  if (method === 'DELETE' && rest === '') {
    log.append({ type: 'CloseRequested', data: { reason: 'deleted by its owner' } });
    return json({ revision: log.head }, 202);
  }
  const reply =
    method === 'GET'
      ? (audit(log, rest, url.searchParams) ?? reads(log, rest, url.searchParams))
      : commands(log, rest, body);
  return reply ?? problem(404, 'route_not_found', 'There is no such route.');
};
