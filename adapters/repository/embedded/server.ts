import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveCall } from './backend.ts';
import { MAX_PUSH_BYTES } from './git.ts';
import type { Logger } from './git-host.ts';
import { basicPassword, type SmartCall, smartCall } from './requests.ts';
import { isFull, repositoryExists, sweepQuarantine } from './storage.ts';
import { checkToken, type Verdict } from './token.ts';

const MAX_CALLS_PER_REPOSITORY = 8;

type Refusal = { readonly status: number; readonly say: string };

const UNAUTHORIZED: Record<Exclude<Verdict, 'granted'>, Refusal> = {
  unknown: { status: 401, say: 'a credential of this repository is needed' },
  expired: { status: 401, say: 'the credential has expired; ask for a new one' },
  'other repository': { status: 403, say: 'the credential is for another repository' },
};

const refuse = (response: ServerResponse, { status, say }: Refusal): void => {
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="mk0r", charset="UTF-8"');
  // Whatever is still coming of the body is not read.
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${say}\n`);
};

export type Serving = {
  readonly dataDir: string;
  readonly key: Buffer;
  readonly env: NodeJS.ProcessEnv;
  readonly logger: Logger;
  readonly maxRepositoryBytes: number;
  readonly signal: AbortSignal;
};

/** Answers the smart HTTP protocol of git for the repositories of `dataDir`, and nothing else. */
export const gitHandler = (serving: Serving) => {
  const { dataDir, key, logger } = serving;
  const calls = new Map<string, number>();

  const authorize = (call: SmartCall, request: IncomingMessage): Refusal | undefined => {
    const password = basicPassword(request);
    const verdict =
      password === undefined ? 'unknown' : checkToken(key, password, call.repository, Date.now());
    return verdict === 'granted' ? undefined : UNAUTHORIZED[verdict];
  };

  const admit = async (call: SmartCall, request: IncomingMessage): Promise<Refusal | undefined> => {
    if (!(await repositoryExists(dataDir, call.repository)))
      return { status: 404, say: 'no such repository' };
    const running = calls.get(call.repository) ?? 0;
    if (running >= MAX_CALLS_PER_REPOSITORY) return { status: 429, say: 'too many calls at once; try again' };
    if (call.service !== 'git-receive-pack') return undefined;
    if (running === 0) await sweepQuarantine(dataDir, call.repository);
    if (Number(request.headers['content-length'] ?? 0) > MAX_PUSH_BYTES)
      return { status: 413, say: 'push too large' };
    const full = await isFull(dataDir, call.repository, serving.maxRepositoryBytes);
    return full ? { status: 413, say: 'the repository is full' } : undefined;
  };

  const serve = async (
    call: SmartCall,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    calls.set(call.repository, (calls.get(call.repository) ?? 0) + 1);
    try {
      await serveCall(call, request, response, serving);
    } finally {
      const left = (calls.get(call.repository) ?? 1) - 1;
      if (left === 0) calls.delete(call.repository);
      else calls.set(call.repository, left);
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = smartCall(request);
    if (call === undefined)
      return refuse(response, { status: 404, say: 'this server speaks smart git only' });
    const refusal = authorize(call, request) ?? (await admit(call, request));
    if (refusal !== undefined) return refuse(response, refusal);
    await serve(call, request, response);
  };

  const running = new Set<Promise<void>>();

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const call = answer(request, response)
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        logger.warn({ why }, 'a git call was cut short');
        if (response.headersSent) response.destroy();
        else refuse(response, { status: 502, say: 'git failed' });
      })
      .finally(() => running.delete(call));
    running.add(call);
  };
  /** Resolves when no git is running any more. */
  const settled = async (): Promise<void> => {
    await Promise.all(running);
  };
  return { handle, settled };
};
