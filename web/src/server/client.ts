import { idToken } from './identity.ts';
import { ApiProblem, problemOf } from './problem.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type RequestOptions = {
  readonly method?: Method;
  /** Bytes go as they are, with their own type; anything else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
};

const TIMEOUT_MS = 30_000;

/** Sends a request, as whom the token says, or as whom the browser's cookies say. */
export const send = async (
  path: string,
  token: string | undefined,
  options: RequestOptions,
): Promise<Response> => {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { body } = options;
  const isFile = body instanceof Blob;
  if (body !== undefined) headers['content-type'] = isFile ? body.type : 'application/json';
  try {
    return await fetch(path, {
      method: options.method ?? 'GET',
      headers,
      signal,
      ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
    });
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw timeout.aborted
      ? new ApiProblem(0, 'timeout', 'The server took too long to answer.')
      : new ApiProblem(0, 'unreachable', 'The server cannot be reached.');
  }
};

/** A refused token is renewed once. */
const sendAsVisitor = async (path: string, options: RequestOptions): Promise<Response> => {
  let response = await send(path, await idToken(), options);
  if (response.status === 401) {
    const problem = await problemOf(response);
    if (problem.code !== 'token_refused') throw problem;
    response = await send(path, await idToken(true), options);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
};

/** Asks as the visitor. Rejects with `ApiProblem`. */
export const request = async <T>(path: string, options: RequestOptions = {}): Promise<T> =>
  (await (await sendAsVisitor(path, options)).json()) as T;

/** Asks for a file as the visitor. Rejects with `ApiProblem`. */
export const requestBlob = async (path: string): Promise<Blob> => (await sendAsVisitor(path, {})).blob();

/**
 * An id for a command, so that sending it again is answered as before. `randomUUID` exists in secure contexts only,
 * and a server on the local network is not one.
 */
export const commandId = (): string => {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte, index) => {
    const value = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte;
    return value.toString(16).padStart(2, '0');
  }).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
