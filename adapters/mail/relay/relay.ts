import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import type { CommandFailure } from '../../../commands/handler.ts';
import { type Derive, derivedId } from '../../../commands/identifiers.ts';
import type { MailAccount, MailGate } from '../../../commands/mail/gate.ts';
import { explain } from '../../../domain/session/refusals.ts';
import { ProviderFailure } from '../../provider-api/failure.ts';
import { guardedFetch } from '../../provider-api/guarded-fetch.ts';
import { mailsIn } from './mails.ts';
import { scopedToAudience } from './scope.ts';
import { sessionOfMailKey } from './session-key.ts';

export type MailRelay = {
  readonly url: string;
  readonly port: number;
  /** From now on it knows whom to ask; until then it says that it starts. */
  readonly open: (gate: MailGate) => void;
  readonly close: () => Promise<void>;
};

export type MailRelayOptions = {
  readonly port: number;
  /** Where the mail service is: Resend, or the catcher of this server. */
  readonly apiUrl: string;
  readonly derive: Derive;
  /**
   * The account's own key, where a session's sending key may not touch contacts: at Resend. Left out where the service
   * itself keeps a key to its audience.
   */
  readonly accountKey?: string;
};

const SENDING = new Set(['/emails', '/emails/batch']);
const PASSED_ON = ['content-type', 'idempotency-key', 'user-agent', 'x-batch-validation'];
const PASSED_BACK = [
  'content-type',
  'retry-after',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
];
/** Resend takes 40 MB a mail; what is on its way is held in memory. */
const MAX_BYTES = 10_000_000;
const GUARD = { service: 'Resend', timeoutMs: 30_000 };
const LONGEST_KEY = 256;

type Call = {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body?: string;
  readonly request: FastifyRequest;
};
type Answer = { readonly status: number; readonly headers: Headers; readonly text: string };

/** In the shape Resend's SDK shows errors. */
class Refused extends Error {
  readonly statusCode: number;
  readonly code: string;
  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

const restricted = (): Refused =>
  new Refused(
    401,
    'restricted_api_key',
    'This API key may send mail and manage contacts of its own audience',
  );

/**
 * The Resend API as an app in a sandbox gets it: sending, within the session's limits and recorded, and the contacts of
 * its own audience. The app's key works here alone; what the service itself is called with stays here. A key that is not
 * ours, which an owner may have set in its place, is passed on as it comes, for sending only.
 */
export const startMailRelay = async (options: MailRelayOptions): Promise<MailRelay> => {
  const { derive, apiUrl, accountKey } = options;
  let opened: MailGate | undefined;

  const gate = (): MailGate => {
    if (opened === undefined)
      throw new Refused(503, 'application_error', 'The server is starting. Try again.');
    return opened;
  };

  const call = async ({ method, path, key, body, request }: Call): Promise<Answer> => {
    const headers = new Headers({ authorization: `Bearer ${key}` });
    for (const name of PASSED_ON) {
      const value = request.headers[name];
      if (typeof value === 'string') headers.set(name, value);
    }
    const answer = await guardedFetch(GUARD, apiUrl + path, {
      method,
      headers,
      ...(body === undefined || method === 'GET' ? {} : { body }),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };

  const send = async (request: FastifyRequest, sessionId: string, account: MailAccount): Promise<Answer> => {
    const body = bodyOf(request);
    const mails = mailsIn(body);
    if (mails === undefined)
      throw new Refused(
        422,
        'validation_error',
        'Every recipient has to be one address in a string of its own.',
      );
    const idempotency = request.headers['idempotency-key'];
    const sendId =
      typeof idempotency === 'string' && idempotency.length <= LONGEST_KEY
        ? derivedId(sessionId, `mail|${idempotency}`)
        : randomUUID();
    const admitted = await gate().admit(sessionId, { sendId, body, mails })();
    if (E.isLeft(admitted)) throw refusalOf(admitted.left);
    const settle = (outcome: Parameters<MailGate['settle']>[2]) =>
      gate().settle(sessionId, sendId, outcome)();
    try {
      const answer = await call({ method: 'POST', path: request.url, key: account.key, body, request });
      await settle(outcomeOf(answer));
      return answer;
    } catch (error) {
      if (error instanceof ProviderFailure) await settle({ error: error.error });
      throw error;
    }
  };

  const contacts = async (request: FastifyRequest, { key, audienceId }: MailAccount): Promise<Answer> => {
    const { method, url } = request;
    const scoped = scopedToAudience({ method, url, body: bodyOf(request) }, audienceId);
    if (scoped === undefined) throw restricted();
    // The catcher keeps a key to its audience by itself, and has answers of its own for all of it.
    if (accountKey === undefined) return call({ method, path: url, key, body: bodyOf(request), request });
    if (scoped.member !== undefined && !(await isMember(request, scoped.member, audienceId)))
      throw new Refused(404, 'not_found', 'Contact not found');
    const answer = await call({ ...scoped, key: accountKey, request });
    return scoped.answer === undefined || answer.status >= 300
      ? answer
      : { ...answer, text: JSON.stringify(scoped.answer) };
  };

  const isMember = async (request: FastifyRequest, contact: string, audienceId: string): Promise<boolean> => {
    const path = `/contacts/${encodeURIComponent(decodeURIComponent(contact))}/segments?limit=100`;
    const { status, text } = await call({ method: 'GET', path, key: accountKey ?? '', request });
    if (status === 404) return false;
    if (status !== 200)
      throw new Refused(503, 'application_error', 'Resend did not say whose contact this is.');
    const { data } = JSON.parse(text) as { readonly data?: readonly { readonly id?: unknown }[] };
    return data?.some(({ id }) => id === audienceId) === true;
  };

  const answer = async (request: FastifyRequest): Promise<Answer> => {
    const key = /^Bearer\s+(\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
    if (key === undefined) throw new Refused(401, 'missing_api_key', 'Missing API Key');
    const path = request.url.split('?', 1)[0] ?? '';
    const isSending = request.method === 'POST' && SENDING.has(path);
    const sessionId = sessionOfMailKey(derive, key);
    if (sessionId === undefined) {
      if (!isSending && accountKey !== undefined) throw restricted();
      return call({ method: request.method, path: request.url, key, body: bodyOf(request), request });
    }
    const account = await gate().account(sessionId)();
    if (E.isLeft(account)) throw refusalOf(account.left);
    if (account.right === undefined) throw new Refused(403, 'invalid_api_key', 'API key is invalid');
    return isSending ? send(request, sessionId, account.right) : contacts(request, account.right);
  };

  const server = fastify({
    bodyLimit: MAX_BYTES,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1_000 },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.setErrorHandler((error, _request, reply) => sendError(reply, error));
  server.all('/*', async (request, reply) => {
    const { status, headers, text } = await answer(request);
    for (const name of PASSED_BACK) {
      const value = headers.get(name);
      if (value !== null) reply.header(name, value);
    }
    return reply.code(status).send(text);
  });
  const url = await server.listen({ host: '127.0.0.1', port: options.port });
  return {
    url,
    port: (server.server.address() as AddressInfo).port,
    open: (given) => {
      opened = given;
    },
    close: () => server.close(),
  };
};

const bodyOf = ({ body }: FastifyRequest): string => (Buffer.isBuffer(body) ? body.toString('utf8') : '');

const outcomeOf = ({ status, text }: Answer): Parameters<MailGate['settle']>[2] => {
  const said = parsed(text);
  if (status < 300) {
    const all = Array.isArray(said.data) ? said.data : [said];
    return {
      ids: all.flatMap((one: { readonly id?: unknown } | null) =>
        typeof one?.id === 'string' ? [one.id] : [],
      ),
    };
  }
  const code =
    typeof said.name === 'string' && /^[a-z_]{1,60}$/.test(said.name) ? said.name : `http_${status}`;
  return {
    error: {
      code,
      message: `The mail service answered ${status}.`,
      retryable: status >= 500 || status === 429,
    },
  };
};

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

/** The domain's rules in Resend's words, which is what the SDK hands to the app. */
const refusalOf = (failure: CommandFailure): Refused => {
  if (failure.tag !== 'Refused')
    return new Refused(503, 'application_error', 'The server cannot record mail now. Try again in a moment.');
  const { refusal } = failure;
  switch (refusal.tag) {
    case 'MailQuotaReached':
      return new Refused(429, 'daily_quota_exceeded', explain(refusal));
    case 'TooManyRecipients':
      return new Refused(422, 'validation_error', explain(refusal));
    case 'MailUnverified':
      return new Refused(403, 'validation_error', explain(refusal));
    default:
      return new Refused(403, 'invalid_api_key', explain(refusal));
  }
};

const sendError = (reply: FastifyReply, error: unknown): FastifyReply => {
  const { statusCode, name, message } =
    error instanceof Refused
      ? { statusCode: error.statusCode, name: error.code, message: error.message }
      : error instanceof ProviderFailure
        ? { statusCode: 503, name: 'application_error', message: error.error.message }
        : asFastify(error);
  return reply.code(statusCode).type('application/json').send({ statusCode, name, message });
};

/** What Fastify itself refuses: a body over the limit, a request that does not end. */
const asFastify = (error: unknown) => {
  const status = (error as { readonly statusCode?: number }).statusCode ?? 500;
  return status < 500
    ? { statusCode: status, name: 'validation_error', message: (error as Error).message }
    : { statusCode: 500, name: 'internal_server_error', message: 'The mail relay failed this request.' };
};
