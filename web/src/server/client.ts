import { idToken } from './identity.ts';
import { ApiProblem, problemOf } from './problem.ts';

type Method = 'GET' | 'POST' | 'DELETE';
type Options = { readonly method?: Method; readonly body?: unknown; readonly signal?: AbortSignal };

const TIMEOUT_MS = 30_000;

const send = async (path: string, token: string, options: Options): Promise<Response> => {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  try {
    return await fetch(path, {
      method: options.method ?? 'GET',
      headers,
      signal,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw timeout.aborted
      ? new ApiProblem(0, 'timeout', 'The server took too long to answer.')
      : new ApiProblem(0, 'unreachable', 'The server cannot be reached.');
  }
};

/** Asks as the visitor. A refused token is renewed once. Rejects with `ApiProblem`. */
export const request = async <T>(path: string, options: Options = {}): Promise<T> => {
  let response = await send(path, await idToken(), options);
  if (response.status === 401) {
    const problem = await problemOf(response);
    if (problem.code !== 'token_refused') throw problem;
    response = await send(path, await idToken(true), options);
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
};

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
