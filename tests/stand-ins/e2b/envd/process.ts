import { type ChildProcess, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { openStream, Refusal, readStreamed, readUnary, type Stream, sendJson } from './wire.ts';

type Config = {
  readonly cmd: string;
  readonly args?: readonly string[];
  readonly envs?: Readonly<Record<string, string>>;
  readonly cwd?: string;
};
type StartRequest = { readonly process: Config; readonly tag?: string; readonly stdin?: boolean };
type Selector = { readonly process: { readonly pid?: number; readonly tag?: string } };

type Running = {
  readonly pid: number;
  readonly config: Config;
  readonly tag: string | undefined;
  readonly child: ChildProcess;
  readonly streams: Set<Stream>;
};

const HOME = '/home/user';
const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = {
  SIGNAL_SIGTERM: 'SIGTERM',
  SIGNAL_SIGKILL: 'SIGKILL',
};

const running = new Map<number, Running>();

const find = ({ process: { pid, tag } }: Selector): Running => {
  const found = [...running.values()].find((one) => (pid === undefined ? one.tag === tag : one.pid === pid));
  if (found === undefined) throw new Refusal(404, 'not_found', `process with pid ${pid} not found`);
  return found;
};

const tell = ({ streams }: Running, event: unknown): void => {
  for (const stream of streams) stream.send({ event });
};

/** Follows a process until it ends or the client leaves, which the process does not notice. */
const follow = (one: Running, request: IncomingMessage, response: ServerResponse): void => {
  const stream = openStream(response);
  one.streams.add(stream);
  stream.send({ event: { start: { pid: one.pid } } });
  const every = Number(request.headers['keepalive-ping-interval'] ?? 90) * 1_000;
  const keepAlive = setInterval(() => stream.send({ event: { keepalive: {} } }), every);
  response.once('close', () => {
    clearInterval(keepAlive);
    one.streams.delete(stream);
  });
};

const watch = (one: Running, timeoutMs: number): void => {
  const { child, pid } = one;
  child.stdout?.on('data', (chunk: Buffer) => tell(one, { data: { stdout: chunk.toString('base64') } }));
  child.stderr?.on('data', (chunk: Buffer) => tell(one, { data: { stderr: chunk.toString('base64') } }));
  const deadline =
    timeoutMs === 0
      ? undefined
      : setTimeout(() => {
          child.kill('SIGKILL');
          const error = { code: 'deadline_exceeded', message: 'context deadline exceeded' };
          for (const stream of one.streams) stream.end(error);
          one.streams.clear();
        }, timeoutMs);
  child.once('close', (code, signal) => {
    clearTimeout(deadline);
    running.delete(pid);
    const status = signal === null ? `exit status ${code}` : `signal: ${signal}`;
    const exitCode = code ?? -1;
    tell(one, {
      end: { exitCode, exited: signal === null, status, ...(exitCode === 0 ? {} : { error: status }) },
    });
    for (const stream of one.streams) stream.end();
  });
};

const start = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { process: config, stdin = false, tag } = await readStreamed<StartRequest>(request);
  const child = spawn(config.cmd, config.args ?? [], {
    cwd: config.cwd ?? HOME,
    env: { PATH: process.env.PATH, HOME, USER: 'user', ...markerOf(process.env), ...config.envs },
    stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) {
    const [error] = await new Promise<[Error]>((resolve) => child.once('error', (e) => resolve([e])));
    openStream(response).end({ code: 'invalid_argument', message: error.message });
    return;
  }
  const one: Running = { pid, config, tag, child, streams: new Set() };
  running.set(pid, one);
  follow(one, request, response);
  watch(one, Number(request.headers['connect-timeout-ms'] ?? 0));
};

/** By which the stand-in finds every process of a sandbox again. */
const markerOf = ({ MK0R_SANDBOX }: NodeJS.ProcessEnv) => (MK0R_SANDBOX ? { MK0R_SANDBOX } : {});

const unary: Readonly<Record<string, (request: IncomingMessage) => Promise<unknown>>> = {
  List: async () => ({
    processes: [...running.values()].map(({ pid, config, tag }) => ({
      config,
      pid,
      ...(tag ? { tag } : {}),
    })),
  }),
  SendSignal: async (request) => {
    const asked = await readUnary<Selector & { readonly signal: string }>(request);
    find(asked).child.kill(SIGNALS[asked.signal] ?? 'SIGTERM');
    return {};
  },
  SendInput: async (request) => {
    const asked = await readUnary<Selector & { readonly input: { readonly stdin?: string } }>(request);
    find(asked).child.stdin?.write(Buffer.from(asked.input.stdin ?? '', 'base64'));
    return {};
  },
  CloseStdin: async (request) => {
    find(await readUnary<Selector>(request)).child.stdin?.end();
    return {};
  },
};

/** `process.Process` of envd (packages/envd/spec/process/process.proto in e2b-dev/infra), without terminals. */
export const processCall = async (
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (method === 'Start') return start(request, response);
  if (method === 'Connect') {
    const asked = await readStreamed<Selector>(request);
    try {
      follow(find(asked), request, response);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      openStream(response).end({ code: String(error.code), message: error.message });
    }
    return;
  }
  const call = unary[method];
  if (call === undefined) throw new Refusal(404, 'unimplemented', `${method} is not implemented`);
  sendJson(response, 200, await call(request));
};
