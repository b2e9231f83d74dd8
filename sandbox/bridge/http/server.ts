import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { bearerCheck } from './auth.ts';
import { messageOf, Problem } from './problem.ts';

export type Call = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** What the route's last `:parameter` matched, '' where it has none. */
  readonly parameter: string;
  /** Aborts when the client has gone before the answer was complete. */
  readonly gone: AbortSignal;
};

/** Answers with JSON, or has written the response itself and answers `undefined`. */
export type Route = (call: Call) => Promise<unknown>;

/** Keys are `METHOD /path`, or `METHOD /path/:parameter` for one trailing parameter. */
export type Routes = Readonly<Record<string, Route>>;

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
};

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Problem(400, 'invalid_path', 'The path is not properly percent-encoded.');
  }
};

const find = (
  routes: Routes,
  method: string,
  path: string,
): { route: Route; parameter: string } | undefined => {
  const exact = routes[`${method} ${path}`];
  if (exact !== undefined) return { route: exact, parameter: '' };
  const slash = path.lastIndexOf('/');
  const route = routes[`${method} ${path.slice(0, slash)}/:parameter`];
  return route && { route, parameter: decode(path.slice(slash + 1)) };
};

const refuse = (response: ServerResponse, problem: Problem): void => {
  if (response.headersSent) response.destroy();
  else sendJson(response, problem.status, { code: problem.code, message: problem.message });
};

const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(500, 'bridge_error', messageOf(error).slice(0, 500));

/** The bridge's HTTP server: bearer token on every route, JSON errors `{code, message}`, no header or body logged. */
export const createBridgeServer = (token: string, routes: Routes): Server => {
  const authorized = bearerCheck(token);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!authorized(request.headers.authorization)) {
      throw new Problem(401, 'unauthorized', "Send the sandbox's bearer token.");
    }
    const url = new URL(request.url ?? '/', 'http://bridge');
    const found = find(routes, request.method ?? 'GET', url.pathname);
    if (found === undefined) throw new Problem(404, 'no_such_route', 'The bridge has no such route.');
    const controller = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) controller.abort();
    });
    const call = { request, response, query: url.searchParams, parameter: found.parameter };
    const body = await found.route({ ...call, gone: controller.signal });
    if (body !== undefined) sendJson(response, 200, body);
  };

  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => refuse(response, asProblem(error)));
  });
};
