import {
  type McpServer,
  methods,
  type NewSessionRequest,
  type SessionConfigOption,
} from '@agentclientprotocol/sdk/unstable';
import { Problem } from '../http/problem.ts';
import type { Turn } from '../prompt/turn.ts';
import { isMethodNotFound } from './errors.ts';
import type { AgentProcess } from './process.ts';

export type SessionSetup = {
  readonly cwd: string;
  readonly mcpServers: McpServer[];
  readonly systemPrompt: string | undefined;
};

/** A session under the id its caller knows; the agent's own id changes where a new agent could not take it up. */
export type Session = {
  readonly id: string;
  readonly setup: SessionSetup;
  agentSessionId: string;
  agent: AgentProcess | undefined;
  attaching: Promise<void> | undefined;
  model: string | undefined;
  turn: Turn | undefined;
};

/** How a session came to be with the present agent. */
export type Attached = 'resumed' | 'loaded' | 'new';

/** `session/new` of a real agent starts its MCP servers; 46-60 s have been seen where these install themselves. */
const OPEN_TIMEOUT_MS = 60_000;
const SET_MODEL_TIMEOUT_MS = 30_000;

/** Agents that do not know the field take the prompt from `_meta`, which is older; sending both would double it. */
const openParams = (agent: AgentProcess, setup: SessionSetup): NewSessionRequest => {
  const { cwd, mcpServers, systemPrompt } = setup;
  if (systemPrompt === undefined) return { cwd, mcpServers };
  return agent.capabilities.sessionCapabilities?.systemPrompt
    ? { cwd, mcpServers, systemPrompt: { mode: 'append', content: [{ type: 'text', text: systemPrompt }] } }
    : { cwd, mcpServers, _meta: { systemPrompt: { append: systemPrompt } } };
};

/** A model as the agent lists it. */
export type ModelOffer = { readonly id: string; readonly name: string };

type Opened = { readonly sessionId: string; readonly models: readonly ModelOffer[] };

const MAX_MODELS = 30;

/** The choice the agent calls `model`, groups undone; none where it offers no choice. */
const modelsIn = (options: readonly SessionConfigOption[]): readonly ModelOffer[] => {
  const choice = options.find(({ id, category }) => category === 'model' || id === 'model');
  if (choice === undefined || choice.type !== 'select') return [];
  return choice.options
    .flatMap((entry) => ('options' in entry ? entry.options : [entry]))
    .map(({ value, name }) => ({ id: value.slice(0, 100), name: name.slice(0, 200) }))
    .slice(0, MAX_MODELS);
};

/** Opens a session; a timeout kills the agent, since one that hangs here does not recover. */
export const openSession = async (agent: AgentProcess, setup: SessionSetup): Promise<Opened> => {
  try {
    const opened = await agent.call(OPEN_TIMEOUT_MS, (options) =>
      agent.acp.request(methods.agent.session.new, openParams(agent, setup), options),
    );
    return { sessionId: opened.sessionId, models: modelsIn(opened.configOptions ?? []) };
  } catch (error) {
    if (error instanceof Problem && error.code === 'agent_timeout') agent.kill();
    throw error;
  }
};

const takeUp = async (agent: AgentProcess, session: Session): Promise<Attached> => {
  const params = { ...openParams(agent, session.setup), sessionId: session.agentSessionId };
  try {
    if (agent.capabilities.sessionCapabilities?.resume) {
      await agent.call(OPEN_TIMEOUT_MS, (options) =>
        agent.acp.request(methods.agent.session.resume, params, options),
      );
      return 'resumed';
    }
    if (agent.capabilities.loadSession) {
      await agent.call(OPEN_TIMEOUT_MS, (options) =>
        agent.acp.request(methods.agent.session.load, params, options),
      );
      return 'loaded';
    }
  } catch (error) {
    // An agent that was killed may have lost the session; a fresh one still knows the files.
    if (agent.hasClosed() || !(error instanceof Problem) || error.code === 'agent_timeout') throw error;
  }
  session.agentSessionId = (await openSession(agent, session.setup)).sessionId;
  return 'new';
};

/** Makes the session known to this agent, with its model, and says how. */
export const attachSession = async (agent: AgentProcess, session: Session): Promise<Attached> => {
  const attached = await takeUp(agent, session);
  session.agent = agent;
  if (session.model !== undefined) await selectModel(agent, session, session.model);
  return attached;
};

/**
 * Selects a model by `session/set_config_option`. Agents before ACP SDK 2 do not have that method (-32601) and are sent
 * the `session/set_model` it replaced.
 */
export const selectModel = async (agent: AgentProcess, session: Session, model: string): Promise<void> => {
  const sessionId = session.agentSessionId;
  await agent.call(SET_MODEL_TIMEOUT_MS, async (options) => {
    try {
      const option = { sessionId, configId: 'model', value: model };
      await agent.acp.request(methods.agent.session.setConfigOption, option, options);
    } catch (error) {
      if (!isMethodNotFound(error)) throw error;
      await agent.acp.request('session/set_model', { sessionId, modelId: model }, options);
    }
  });
  session.model = model;
};
