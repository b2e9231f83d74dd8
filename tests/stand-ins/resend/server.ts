import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyRequest } from 'fastify';
import { pino } from 'pino';
import { freePort } from '../../../adapters/listening/free-port.ts';
import { BIND_HEADER } from '../../../adapters/mail/bind-header.ts';
import { openCatcherStore } from '../../../adapters/mail/catcher/schema.ts';
import { type MailCatcher, startMailCatcher } from '../../../adapters/mail/catcher/start.ts';
import { type Script, scripted } from '../scripted.ts';

export type ResendStandInOptions = {
  /** The team's full-access key. */
  readonly key: string;
  /** Ids of the team's domains. */
  readonly domains?: readonly string[];
  /** Calls in a second, over all keys of the team; unlimited unless told. Resend's smallest plan allows 2. */
  readonly perSecond?: number;
  /** Milliseconds by which a second is measured; the process's own clock, unless told. */
  readonly now?: () => number;
  /** Sessions the team has an audience and a key of already. */
  readonly sessions?: number;
};

type Key = {
  readonly id: string;
  readonly name: string;
  readonly permission?: string;
  readonly domain_id?: string;
};

export type ResendStandIn = Script & {
  /** What `RESEND_API_URL` is set to. */
  readonly url: string;
  readonly keys: () => readonly Key[];
  readonly made: () => { readonly segments: number; readonly keys: number };
  /** Mails sent with that key. */
  readonly sentWith: (keyId: string) => ReturnType<MailCatcher['inbox']>;
  /** Stops listening, and listens again at the same place. */
  readonly interrupt: () => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const problem = (statusCode: number, name: string, message: string) => ({ statusCode, name, message });

const domainBody = (id: string) => ({
  id,
  name: 'mail.example.com',
  status: 'verified',
  created_at: '2026-01-01T00:00:00.000Z',
  region: 'us-east-1',
  capabilities: { sending: 'enabled', receiving: 'disabled' },
});

/** Audiences and keys as that many sessions have them. */
const hold = (file: string, sessions: number): void => {
  const store = openCatcherStore(file);
  const at = '2026-01-01T00:00:00.000Z';
  store.exec('BEGIN');
  for (let n = 0; n < sessions; n += 1) {
    const slug = `held${String(n).padStart(8, '0')}`;
    store
      .prepare(`INSERT INTO segments (id, name, created_at) VALUES (?, ?, ?)`)
      .run(`s-${n}`, `mk0r-${slug} Users`, at);
    store
      .prepare(
        `INSERT INTO api_keys (id, name, token_sha256, permission, created_at) VALUES (?, ?, ?, 'sending_access', ?)`,
      )
      .run(`k-${n}`, `mk0r-${slug}`, sha256(slug), at);
  }
  store.exec('COMMIT');
  store.close();
};

/**
 * Resend's API. What is the same there and in our mail catcher is answered by the catcher (endpoints, shapes, paging,
 * idempotency: https://resend.com/docs/api-reference and the SDK's types); what the catcher is kinder in is taken back
 * here:
 * - a key with `sending_access` may send and nothing else, whatever audience it was made for, and no request binds it
 *   to one: https://resend.com/docs/api-reference/api-keys/create-api-key, error `restricted_api_key`;
 * - `domain_id` is of a domain of the team, and only for `sending_access`: the same page;
 * - one limit for the whole team, told in `ratelimit-*` and `retry-after`: https://resend.com/docs/api-reference/rate-limit;
 * - no `User-Agent`, no answer (403, code 1010): https://resend.com/docs/api-reference/errors.
 */
export const startResendStandIn = async (options: ResendStandInOptions): Promise<ResendStandIn> => {
  const { key, domains = [], perSecond, now: time = () => performance.now(), sessions = 0 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'mk0r-resend-'));
  const file = join(folder, 'mail.db');
  if (sessions > 0) hold(file, sessions);
  const catcher = await startMailCatcher({
    file,
    port: 0,
    logger: pino({ level: 'silent' }),
    controlKey: key,
  });
  const keys = new Map<string, Key>();
  const made = { segments: 0, keys: 0 };
  let window = { startedAt: 0, calls: 0 };

  const build = () => {
    const server = fastify({ forceCloseConnections: true });
    const script = scripted(server, asked, waiting);
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    server.addHook('onRequest', async (request, reply) => {
      if (request.headers['user-agent'] === undefined) return reply.code(403).send({ code: 1010 });
      if (perSecond === undefined) return;
      const now = time();
      if (now - window.startedAt >= 1_000) window = { startedAt: now, calls: 0 };
      window.calls += 1;
      const left = Math.max(0, perSecond - window.calls);
      reply.headers({ 'ratelimit-limit': perSecond, 'ratelimit-remaining': left, 'ratelimit-reset': 1 });
      if (window.calls <= perSecond) return;
      const body = problem(429, 'rate_limit_exceeded', 'Too many requests.');
      return reply.code(429).header('retry-after', '1').send(body);
    });
    server.addHook('onRequest', async (request, reply) => {
      const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
      const sends = request.method === 'POST' && /^\/emails(\/batch)?$/.test(request.url);
      // An unknown key is the catcher's to refuse.
      if (bearer === undefined || sends || !restricted.has(sha256(bearer))) return;
      const message = 'This API key is restricted to only send emails';
      return reply.code(401).send(problem(401, 'restricted_api_key', message));
    });
    // The catcher has no domains: it takes mail from any.
    server.get('/domains', async (request, reply) => {
      if (request.headers.authorization !== `Bearer ${key}`)
        return reply.code(403).send(problem(403, 'invalid_api_key', 'API key is invalid'));
      return { object: 'list', has_more: false, data: domains.map(domainBody) };
    });
    server.all('/*', async (request, reply) => {
      const { status, body } = await ask(request);
      return reply.code(status).header('content-type', 'application/json').send(body);
    });
    return { server, script };
  };

  const ask = async (
    request: FastifyRequest,
  ): Promise<{ readonly status: number; readonly body: string }> => {
    const { method, url } = request;
    const sent = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const refusal = method === 'POST' && url === '/api-keys' ? refusedKey(JSON.parse(sent)) : undefined;
    if (refusal !== undefined) return { status: refusal.statusCode, body: JSON.stringify(refusal) };
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers))
      if (typeof value === 'string' && !/^(host|connection|content-length|transfer-encoding)$/.test(name))
        headers.set(name, value);
    headers.delete(BIND_HEADER);
    const answer = await fetch(catcher.url + url, {
      method,
      headers,
      ...(sent === '' ? {} : { body: sent }),
    });
    const body = await answer.text();
    if (answer.ok) remember(method, url, sent, body);
    return { status: answer.status, body };
  };
  const refusedKey = ({ permission, domain_id }: Key) => {
    if (domain_id === undefined) return undefined;
    if (permission !== 'sending_access')
      return problem(422, 'validation_error', '`domain_id` needs permission `sending_access`');
    return domains.includes(domain_id) ? undefined : problem(404, 'not_found', 'Domain not found');
  };

  const restricted = new Set<string>();
  const remember = (method: string, url: string, sent: string, body: string): void => {
    if (method === 'POST' && url === '/segments') made.segments += 1;
    if (method === 'POST' && url === '/api-keys') {
      made.keys += 1;
      const { id, token } = JSON.parse(body) as { id: string; token: string };
      const wanted = JSON.parse(sent) as Omit<Key, 'id'>;
      keys.set(id, { id, ...wanted });
      if (wanted.permission === 'sending_access') restricted.add(sha256(token));
    }
    if (method === 'DELETE' && url.startsWith('/api-keys/')) keys.delete(url.slice('/api-keys/'.length));
  };

  const asked: Parameters<typeof scripted>[1] = [];
  const waiting: Parameters<typeof scripted>[2] = [];
  let { server, script } = build();
  const port = await freePort();
  const url = await server.listen({ host: '127.0.0.1', port });
  return {
    next: script.next,
    asked: script.asked,
    url,
    keys: () => [...keys.values()],
    made: () => made,
    sentWith: (apiKeyId) => catcher.inbox({ apiKeyId }),
    interrupt: () => server.close(),
    resume: async () => {
      ({ server, script } = build());
      await server.listen({ host: '127.0.0.1', port });
    },
    close: async () => {
      await server.close();
      await catcher.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
