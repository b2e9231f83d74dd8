import { randomUUID } from 'node:crypto';
import type { CreatedSession } from '../../api/application/command.ts';
import type { TranscriptView } from '../../projections/transcript-views.ts';
import type { SessionView } from '../../projections/views.ts';

/** A visitor as the page is one: signed in anonymously, with a session key, over HTTP. */
export type Visitor = {
  readonly create: (prompt?: string) => Promise<CreatedSession>;
  readonly tell: (sessionId: string, prompt: string) => Promise<void>;
  readonly view: (sessionId: string) => Promise<SessionView>;
  readonly transcript: (sessionId: string) => Promise<TranscriptView>;
  readonly remove: (sessionId: string) => Promise<void>;
};

export const signIn = async (origin: string): Promise<Visitor> => {
  const signUp = `${origin}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=bench`;
  const { idToken } = (await call(signUp, 'POST', {}, { returnSecureToken: true })) as { idToken: string };
  const headers: Record<string, string> = { authorization: `Bearer ${idToken}` };
  const api = <A>(method: string, path: string, body?: object): Promise<A> =>
    call(`${origin}/api${path}`, method, headers, body) as Promise<A>;
  return {
    create: async (prompt) => {
      const body = { commandId: randomUUID(), ...(prompt === undefined ? {} : { prompt }) };
      const created = await api<CreatedSession>('POST', '/sessions', body);
      headers['x-session-key'] = created.sessionKey;
      return created;
    },
    tell: async (id, prompt) => {
      await api('POST', `/sessions/${id}/turns`, { commandId: randomUUID(), prompt });
    },
    view: (id) => api('GET', `/sessions/${id}`),
    transcript: (id) => api('GET', `/sessions/${id}/transcript`),
    remove: async (id) => {
      await api('DELETE', `/sessions/${id}`);
    },
  };
};

const BUSY_MS = 1_000;

const call = async (
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body?: object,
): Promise<unknown> => {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  // A server with more to do than it can asks to be asked again; so does the page.
  if (response.status === 503) {
    await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
    return call(url, method, headers, body);
  }
  if (!response.ok)
    throw new Error(`${method} ${new URL(url).pathname} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
};

/** Asks every `everyMs` until there is an answer. */
export const until = async <A>(
  ask: () => Promise<A | undefined>,
  everyMs = 25,
  limitMs = 60_000,
): Promise<A> => {
  const giveUp = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > giveUp) throw new Error('the bench waited in vain');
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
};

export const untilWarm = (origin: string): Promise<true> =>
  until(async () => {
    const warm = (await (await fetch(`${origin}/api/warm`)).json()) as { readonly ready: number };
    return warm.ready > 0 ? true : undefined;
  });
