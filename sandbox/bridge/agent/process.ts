import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import {
  type AgentCapabilities,
  type ClientContext,
  client,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type SendRequestOptions,
  type SessionNotification,
} from '@agentclientprotocol/sdk/unstable';
import { messageOf, Problem } from '../http/problem.ts';
import { endGroup, signalGroup } from '../process-group.ts';
import type { Ring } from '../ring.ts';
import { agentProblem } from './errors.ts';
import { FAMILY, killFamily } from './family.ts';

export type AgentIdentity = { readonly name: string; readonly version: string };

export type AgentHooks = {
  readonly onUpdate: (notification: SessionNotification) => void;
  readonly onPermission: (request: RequestPermissionRequest) => RequestPermissionResponse;
};

export type AgentLaunch = {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Takes what the agent writes to stderr. */
  readonly log: Ring;
  /** Kills the agent, also while it is still starting. */
  readonly signal: AbortSignal;
};

/** An agent that has answered ACP `initialize`. */
export type AgentProcess = {
  readonly identity: AgentIdentity;
  readonly capabilities: AgentCapabilities;
  readonly acp: ClientContext;
  /** Sends a request and gives up after `timeoutMs` (504 `agent_timeout`); ACP errors become `Problem`s. */
  readonly call: <T>(timeoutMs: number, send: (options: SendRequestOptions) => Promise<T>) => Promise<T>;
  readonly hasClosed: () => boolean;
  /** Resolves, once the agent is gone for whatever reason, with that reason. */
  readonly closed: Promise<string>;
  readonly kill: () => void;
  /** Closes its stdin, which is how ACP agents are asked to leave, and kills what is left of it. */
  readonly stop: () => Promise<void>;
};

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const INITIALIZE_TIMEOUT_MS = 30_000;
const STOP_GRACE_MS = 1_000;
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
/** Children that keep the agent's stdout open must not hide that it has exited. */
const DRAIN_MS = 100;

const call = async <T>(timeoutMs: number, send: (options: SendRequestOptions) => Promise<T>): Promise<T> => {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await send({ cancellationSignal: timeout, stopWaitingOnCancel: true });
  } catch (error) {
    if (timeout.aborted) {
      throw new Problem(504, 'agent_timeout', `The agent did not answer within ${timeoutMs} ms.`);
    }
    throw agentProblem(error);
  }
};

const connect = (child: Child, hooks: AgentHooks) =>
  client({ name: 'mk0r-bridge' })
    .onNotification(methods.client.session.update, ({ params }) => hooks.onUpdate(params))
    .onRequest(methods.client.session.requestPermission, ({ params }) => hooks.onPermission(params))
    .connect(
      ndJsonStream(
        Writable.toWeb(child.stdin) as WritableStream<Uint8Array>,
        Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>,
        { maxMessageBytes: MAX_MESSAGE_BYTES },
      ),
    );

/** Starts the agent in a process group of its own and shakes hands; kills it where it does not answer. */
export const startAgent = async (launch: AgentLaunch, hooks: AgentHooks): Promise<AgentProcess> => {
  const [file, ...args] = launch.command;
  const family = randomUUID();
  const child: Child = spawn(file, args, {
    cwd: launch.cwd,
    env: { ...launch.env, [FAMILY]: family },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => launch.log.write(chunk));
  const connection = connect(child, hooks);

  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(messageOf(error)));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : signal));
  });
  const kill = (): void => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    killFamily(family);
  };
  launch.signal.addEventListener('abort', kill, { once: true });
  exited.then(() => setTimeout(() => connection.close(), DRAIN_MS));
  const closed = connection.closed.then(() => {
    kill();
    launch.signal.removeEventListener('abort', kill);
    return exited;
  });

  const acp = connection.agent;
  try {
    const hello = await call(INITIALIZE_TIMEOUT_MS, (options) =>
      acp.request(
        methods.agent.initialize,
        {
          protocolVersion: PROTOCOL_VERSION,
          clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
          clientInfo: { name: 'mk0r-bridge', version: '1.0.0' },
        },
        options,
      ),
    );
    if (hello.protocolVersion !== PROTOCOL_VERSION) {
      throw new Problem(
        502,
        'agent_protocol',
        `The agent speaks ACP ${hello.protocolVersion}, not ${PROTOCOL_VERSION}.`,
      );
    }
    return {
      identity: { name: hello.agentInfo?.name ?? 'unknown', version: hello.agentInfo?.version ?? 'unknown' },
      capabilities: hello.agentCapabilities ?? {},
      acp,
      call,
      hasClosed: () => connection.signal.aborted,
      closed,
      kill,
      stop: async () => {
        child.stdin.end();
        await endGroup(child, STOP_GRACE_MS);
        killFamily(family);
        await closed;
      },
    };
  } catch (error) {
    kill();
    throw connection.signal.aborted && child.pid === undefined
      ? new Problem(502, 'agent_not_found', `The agent could not be started: ${await exited}.`)
      : error;
  }
};
