import type { CreatedSession } from '../../api/application/command.ts';
import type { TranscriptTurn, TranscriptView } from '../../projections/transcript-views.ts';
import type { SessionView } from '../../projections/views.ts';
import type { Message } from './recording.ts';

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

/** A body that is not JSON is its text. */
const bodyOf = (text: string, headers: Headers): unknown =>
  headers.get('content-type')?.startsWith('application/x-ndjson') === true ? text : JSON.parse(text || '{}');

/** A visitor without a browser: an anonymous account, its session keys, and the API. */
export type HttpVisitor = {
  readonly request: (method: string, path: string, body?: unknown) => Promise<Answer>;
  /** Sends the bytes as they are, as `application/json`. */
  readonly send: (method: string, path: string, bytes: string) => Promise<Answer>;
  /** Sends a file as it is. */
  readonly sendFile: (path: string, file: Uint8Array, type: string) => Promise<Answer>;
  readonly startSession: (prompt?: string) => Promise<CreatedSession>;
  readonly view: (sessionId: string) => Promise<SessionView>;
  readonly turns: (sessionId: string) => Promise<readonly TranscriptTurn[]>;
  /** Every answer so far, headers and body, as it came. */
  readonly received: readonly Message[];
  /** Uses another session key from now on, or none. */
  readonly withKey: (sessionKey: string | undefined) => HttpVisitor;
};

/** Where and with which key the page signs in: at the server itself, unless it says otherwise. */
const signUpUrl = async (url: string): Promise<string> => {
  const { authEmulatorUrl, firebase } = (await (await fetch(`${url}/api/config`)).json()) as {
    readonly authEmulatorUrl?: string;
    readonly firebase: { readonly apiKey: string };
  };
  return `${authEmulatorUrl ?? url}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=${firebase.apiKey}`;
};

/** Signs up as the unmodified Firebase SDK does. `url` is asked each time: a server may come back elsewhere. */
export const newHttpVisitor = async (url: () => string): Promise<HttpVisitor> => {
  const answer = await fetch(await signUpUrl(url()), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"returnSecureToken":true}',
  });
  const { idToken } = (await answer.json()) as { readonly idToken: string };
  return visitorWith(url, { authorization: `Bearer ${idToken}` });
};

const visitorWith = (
  url: () => string,
  identity: { readonly authorization: string },
  fixedKey?: { readonly sessionKey: string | undefined },
): HttpVisitor => {
  let ownKey: string | undefined;
  const received: Message[] = [];

  const send = async (
    method: string,
    path: string,
    bytes?: string | Uint8Array,
    type = 'application/json',
  ): Promise<Answer> => {
    const sessionKey = fixedKey === undefined ? ownKey : fixedKey.sessionKey;
    const response = await fetch(url() + path, {
      method,
      headers: {
        ...identity,
        ...(sessionKey === undefined ? {} : { 'x-session-key': sessionKey }),
        ...(bytes === undefined ? {} : { 'content-type': type }),
      },
      ...(bytes === undefined ? {} : { body: typeof bytes === 'string' ? bytes : new Uint8Array(bytes) }),
    });
    const text = await response.text();
    received.push({ url: response.url, text: `${JSON.stringify([...response.headers])}\n${text}` });
    return { status: response.status, headers: response.headers, body: bodyOf(text, response.headers) };
  };

  const request: HttpVisitor['request'] = (method, path, body) =>
    send(method, path, body === undefined ? undefined : JSON.stringify(body));

  /** A busy server asks to be asked again, and so does one that is just coming back. */
  const expectOk = async <A>(method: string, path: string, body?: unknown): Promise<A> => {
    const answered = await until(
      () => request(method, path, body),
      ({ status }) => status !== 503,
      500,
    );
    if (answered.status >= 300)
      throw new Error(`${method} ${path}: ${answered.status} ${JSON.stringify(answered.body)}`);
    return answered.body as A;
  };

  return {
    request,
    send,
    sendFile: (path, file, type) => send('POST', path, file, type),
    received,
    startSession: async (prompt) => {
      const created = await expectOk<CreatedSession>(
        'POST',
        '/api/sessions',
        prompt === undefined ? {} : { prompt },
      );
      ownKey ??= created.sessionKey;
      return created;
    },
    view: (sessionId) => expectOk('GET', `/api/sessions/${sessionId}`),
    turns: async (sessionId) =>
      (await expectOk<TranscriptView>('GET', `/api/sessions/${sessionId}/transcript`)).turns,
    withKey: (sessionKey) => visitorWith(url, identity, { sessionKey }),
  };
};

/** Its first turn is over, and what came of it has reached the repository. */
export const isAtRest = ({ phase, history, runningTurn, queuedTurns }: SessionView): boolean =>
  phase === 'ready' &&
  runningTurn === undefined &&
  queuedTurns === 0 &&
  history.commits.length > 0 &&
  history.commits.every(({ pushed }) => pushed);

/** Asks until the answer is one that will do. The test's own limit ends it. */
export const until = async <A>(
  ask: () => Promise<A>,
  holds: (answer: A) => boolean,
  everyMs = 50,
): Promise<A> => {
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
};
