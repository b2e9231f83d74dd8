import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import {
  type ClientContext,
  client,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
  type SessionUpdate,
  type StopReason,
} from '@agentclientprotocol/sdk';

const MAIN = join(import.meta.dirname, '..', '..', 'sandbox', 'agent', 'main.ts');

export type Told = {
  readonly stopReason: StopReason;
  readonly updates: readonly SessionUpdate[];
  /** Everything said, joined. */
  readonly text: string;
  /** Tool calls by title, with how each ended. */
  readonly tools: ReadonlyMap<string, string>;
  readonly ms: number;
};

/** The offline agent as a child process, spoken to over stdio with the client of the same SDK. */
export type AgentProcess = {
  readonly context: ClientContext;
  readonly pid: number;
  readonly newSession: () => Promise<string>;
  readonly tell: (
    sessionId: string,
    prompt: string,
    onUpdate?: (update: SessionUpdate) => void,
  ) => Promise<Told>;
  readonly close: () => Promise<void>;
};

/** `nodeOptions` come before the agent's own file, e.g. Node's permissions. */
export async function startAgent(
  cwd: string,
  port: number,
  nodeOptions: readonly string[] = [],
): Promise<AgentProcess> {
  const child = spawn(process.execPath, [...nodeOptions, MAIN], {
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, MK0R_PREVIEW_PORT: String(port) },
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const listeners = new Set<(update: SessionUpdate) => void>();
  const connection = client({ name: 'test' })
    .onNotification(methods.client.session.update, ({ params }) => {
      for (const listener of listeners) listener(params.update);
    })
    .connect(ndJsonStream(Writable.toWeb(child.stdin), Readable.toWeb(child.stdout)));
  const context = connection.agent;
  await context.request(methods.agent.initialize, {
    protocolVersion: PROTOCOL_VERSION,
    clientCapabilities: {},
  });

  return {
    context,
    pid: child.pid ?? 0,
    newSession: async () =>
      (await context.request(methods.agent.session.new, { cwd, mcpServers: [] })).sessionId,
    tell: async (sessionId, prompt, onUpdate = () => {}) => {
      const updates: SessionUpdate[] = [];
      const listener = (update: SessionUpdate) => {
        updates.push(update);
        onUpdate(update);
      };
      listeners.add(listener);
      const started = performance.now();
      const { stopReason } = await context.request(methods.agent.session.prompt, {
        sessionId,
        prompt: [{ type: 'text', text: prompt }],
      });
      listeners.delete(listener);
      return {
        stopReason,
        updates,
        text: said(updates),
        tools: toolsOf(updates),
        ms: performance.now() - started,
      };
    },
    close: async () => {
      connection.close();
      child.stdin.end();
      await gone;
    },
  };
}

const said = (updates: readonly SessionUpdate[]): string =>
  updates
    .map((update) =>
      update.sessionUpdate === 'agent_message_chunk' && update.content.type === 'text'
        ? update.content.text
        : '',
    )
    .join('');

function toolsOf(updates: readonly SessionUpdate[]): Map<string, string> {
  const titles = new Map<string, string>();
  const outcomes = new Map<string, string>();
  for (const update of updates) {
    if (update.sessionUpdate === 'tool_call') titles.set(update.toolCallId, update.title);
    if (update.sessionUpdate !== 'tool_call_update') continue;
    outcomes.set(titles.get(update.toolCallId) ?? '', update.status ?? '');
  }
  return outcomes;
}
