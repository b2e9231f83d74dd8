import { randomUUID } from 'node:crypto';
import {
  type AgentApp,
  agent,
  type ContentBlock,
  methods,
  PROTOCOL_VERSION,
  RequestError,
  type SessionConfigOption,
} from '@agentclientprotocol/sdk';
import type { Change } from '../turn/apply.ts';
import { picturesIn } from '../turn/pictures.ts';
import { takeTurn } from '../turn/turn.ts';
import { createWorker, type Worker } from '../work/worker.ts';
import { voice } from './voice.ts';

export const AGENT = { name: 'mk0r-offline-agent', title: 'mk0r offline agent', version: '0.1.0' } as const;

type Session = {
  readonly cwd: string;
  readonly worker: Worker;
  running: AbortController | undefined;
  /** What its last turn changed. */
  change: Change | undefined;
};

const MODEL: SessionConfigOption = {
  id: 'model',
  name: 'Model',
  description: 'Rules instead of a model: works without network and without a key.',
  category: 'model',
  type: 'select',
  currentValue: 'offline',
  options: [{ value: 'offline', name: 'Offline rules' }],
};

/** The name the platform selects by default, whatever the agent. */
const ALIASES = ['offline', 'haiku'];

/** The agent as ACP sees it. A session is a directory: everything the rules know of an app is in its files. */
export function offlineAgent(): AgentApp {
  const sessions = new Map<string, Session>();
  const workers = new Map<string, Worker>();

  const workerIn = (cwd: string): Worker => {
    const worker = workers.get(cwd) ?? createWorker(cwd);
    workers.set(cwd, worker);
    return worker;
  };
  const open = (sessionId: string, cwd: string) => {
    const worker = workerIn(cwd);
    worker.warm();
    sessions.set(sessionId, { cwd, worker, running: undefined, change: undefined });
    return { configOptions: [MODEL] };
  };
  const find = (sessionId: string): Session => {
    const session = sessions.get(sessionId);
    if (!session) throw RequestError.resourceNotFound(sessionId);
    return session;
  };

  return agent({ name: AGENT.name })
    .onRequest(methods.agent.initialize, () => ({
      protocolVersion: PROTOCOL_VERSION,
      agentInfo: AGENT,
      agentCapabilities: { sessionCapabilities: { resume: {}, close: {} } },
      authMethods: [],
    }))
    .onRequest(methods.agent.session.new, ({ params }) => {
      const sessionId = randomUUID();
      return { sessionId, ...open(sessionId, params.cwd) };
    })
    .onRequest(methods.agent.session.resume, ({ params }) => open(params.sessionId, params.cwd))
    .onRequest(methods.agent.session.close, ({ params }) => {
      find(params.sessionId).running?.abort();
      sessions.delete(params.sessionId);
    })
    .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
      find(params.sessionId);
      if (params.configId !== 'model' || !ALIASES.includes(String(params.value))) {
        throw RequestError.invalidParams({ configId: 'model', values: ALIASES });
      }
      return { configOptions: [MODEL] };
    })
    .onNotification(methods.agent.session.cancel, ({ params }) => {
      sessions.get(params.sessionId)?.running?.abort();
    })
    .onRequest(methods.agent.session.prompt, async ({ params, client, signal }) => {
      const session = find(params.sessionId);
      if (session.running) throw RequestError.invalidRequest({ reason: 'a turn is running in this session' });
      const running = new AbortController();
      session.running = running;
      const { sessionId } = params;
      try {
        const turn = {
          cwd: session.cwd,
          worker: session.worker,
          prompt: textOf(params.prompt),
          pictures: picturesIn(params.prompt),
          signal: AbortSignal.any([signal, running.signal]),
          voice: voice((update) => client.notify(methods.client.session.update, { sessionId, update })),
        };
        const last = session.change;
        session.change = undefined;
        session.change = await takeTurn(turn, last);
        return { stopReason: running.signal.aborted ? 'cancelled' : 'end_turn' };
      } catch (error) {
        if (running.signal.aborted || signal.aborted) return { stopReason: 'cancelled' };
        throw error;
      } finally {
        session.running = undefined;
      }
    });
}

const textOf = (blocks: readonly ContentBlock[]): string =>
  blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
