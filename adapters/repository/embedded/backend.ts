import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CgiHead, cgiBody } from './cgi.ts';
import type { SmartCall } from './requests.ts';

const CALL_LIMIT_MS = 5 * 60_000;
const GRACE_MS = 2_000;

/** RFC 3875 variables. Without CONTENT_LENGTH (a chunked push above 1 MB) the backend reads to the end. */
const cgiEnvironment = (call: SmartCall, request: IncomingMessage, dataDir: string): NodeJS.ProcessEnv => {
  const { headers } = request;
  const length = headers['content-length'];
  const encoding = headers['content-encoding'];
  const protocol = headers['git-protocol'];
  return {
    GIT_PROJECT_ROOT: dataDir,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: call.method,
    PATH_INFO: call.pathInfo,
    QUERY_STRING: call.query,
    CONTENT_TYPE: headers['content-type'] ?? '',
    REMOTE_USER: call.repository,
    REMOTE_ADDR: '127.0.0.1',
    ...(length === undefined ? {} : { CONTENT_LENGTH: length }),
    ...(encoding === 'gzip' ? { HTTP_CONTENT_ENCODING: 'gzip' } : {}),
    ...(typeof protocol === 'string' && /^version=[0-2]$/.test(protocol) ? { GIT_PROTOCOL: protocol } : {}),
  };
};

/**
 * The backend may answer, and stop reading, before the whole body has come. The rest is then read and dropped:
 * a client still writing would otherwise never get to the answer.
 */
const feed = (request: IncomingMessage, stdin: Writable): void => {
  stdin.on('error', () => {
    request.unpipe(stdin);
    request.resume();
  });
  request.pipe(stdin);
};

/**
 * Answers one smart call by `git http-backend`, body and answer streamed with backpressure. Rejects when the client
 * goes away, the backend fails or five minutes have passed; by then git and its children are being ended.
 */
export const serveCall = async (
  call: SmartCall,
  request: IncomingMessage,
  response: ServerResponse,
  options: { readonly dataDir: string; readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<void> => {
  const child = spawn('git', ['http-backend'], {
    env: { ...options.env, ...cgiEnvironment(call, request, options.dataDir) },
    cwd: options.dataDir,
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true, // its own process group, so that receive-pack and index-pack end with it
  });
  const { pid } = child;
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const end = (signal: NodeJS.Signals): void => {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch (error) {
      // ESRCH: the whole group has ended.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  const head = ({ status, headers }: CgiHead): void => {
    response.statusCode = status;
    for (const [name, value] of headers) response.setHeader(name, value);
  };
  const limits = AbortSignal.any([options.signal, AbortSignal.timeout(CALL_LIMIT_MS)]);
  feed(request, child.stdin);
  try {
    await pipeline(child.stdout, cgiBody(head), response, { signal: limits });
  } catch (error) {
    end('SIGTERM'); // on SIGTERM git removes the half-received pack; on SIGKILL it cannot
    const late = setTimeout(() => end('SIGKILL'), GRACE_MS);
    await exited.finally(() => clearTimeout(late));
    throw error;
  }
  await exited;
};
