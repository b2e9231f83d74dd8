import { createBridgeAgent, type McpServer } from '../../adapters/agent/bridge-client.ts';
import { rememberedPort } from '../../adapters/listening/remembered-port.ts';
import type { Meter } from '../../adapters/model/meter.ts';
import { type ModelRelay, startModelRelay } from '../../adapters/model/relay.ts';
import { createModelWriter } from '../../adapters/page-writer/model/writer.ts';
import { createOfflineWriter } from '../../adapters/page-writer/offline/writer.ts';
import { browserServer, claudeEnv, relayEnv } from '../../adapters/sandboxes/claude/launch.ts';
import type { Derive } from '../../commands/identifiers.ts';
import { createModelLedger, type ModelBudget } from '../../commands/model/ledger.ts';
import { modelToken, slugOfModelToken } from '../../commands/model/token.ts';
import type { AgentBridge } from '../../commands/ports/agent.ts';
import type { PageWriter } from '../../commands/ports/page-writer.ts';
import type { Context } from '../../commands/process-managers/context.ts';
import type { ModelConfig } from '../config/model.ts';
import type { Config } from '../config.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Installed } from './sandboxes.ts';
import { forward, type PartOptions, partFolder } from './services/part.ts';

/** The way of sandboxes to the model, with what may be spent on it. */
export type Model = {
  readonly relay: ModelRelay;
  readonly budget: ModelBudget;
};

export const modelBudget = (model: ModelConfig): ModelBudget => ({
  sessionMicros: model.sessionBudgetMicros,
  dayMicros: model.dayBudgetMicros,
});

/** Starts the relay; it answers from when `serveModel` has given it something to reckon with. */
export const startModel = async (
  options: Omit<PartOptions, 'sandboxNetwork'> & { readonly shutdown: Shutdown },
): Promise<Model | undefined> => {
  const { config, shutdown } = options;
  const { model } = config;
  // A process that only serves visitors has no agents: their workers have the relay.
  if (model === undefined || config.role === 'api') return undefined;
  const folder = partFolder({ ...options, sandboxNetwork: 'loopback' }, 'model');
  const relay = await startModelRelay({
    port: await rememberedPort(folder, config.ports.model),
    baseUrl: model.baseUrl,
    key: model.key,
    prices: model.prices,
    models: model.models,
    callsPerMinute: model.callsPerMinute,
  });
  shutdown.defer('model relay', relay.close);
  return { relay, budget: modelBudget(model) };
};

export const modelForwards = (model: Model | undefined) =>
  model === undefined ? [] : [forward(model.relay.port)];

/** Has the relay serve the sessions of this log. */
export const serveModel = ({ relay, budget }: Model, context: Context, stopped: AbortSignal): void => {
  const { start, settle } = createModelLedger(context, budget, stopped);
  const { directory, world } = context;
  const meter: Meter = {
    callerOf: (token) => {
      const slug = slugOfModelToken(world.derive, token);
      const state = slug === undefined ? undefined : directory.sessionBySlug(slug);
      return state?.status === 'open' ? { sessionId: state.sessionId } : undefined;
    },
    start: ({ sessionId }, call) => start(sessionId, call),
    settle: ({ sessionId }, call) => settle(sessionId, call),
  };
  relay.serve(meter);
};

/** The agent's names for models are not the API's: `opus` is whichever one is new. */
const isOffered = (words: readonly string[], model: string): boolean =>
  words.length === 0 || words.some((word) => model.toLowerCase().includes(word));

/** The agents of all sandboxes: with the way to the model where there is one, and with eyes where there is a browser. */
export const createAgents = (
  config: Config,
  model: Model | undefined,
  installed: Installed | undefined,
  derive: Derive,
): AgentBridge => {
  if (model === undefined) return createBridgeAgent();
  const mcpServers: readonly McpServer[] =
    installed?.browser === undefined ? [] : [browserServer(installed.place, installed.browser)];
  const { url } = model.relay;
  const env = config.agentCommand === undefined ? claudeEnv : relayEnv;
  return createBridgeAgent({
    agentEnv: ({ name }) => env({ url, token: modelToken(derive, name.replace(/^mk0r-/, '')) }),
    mcpServers,
    offers: ({ id, name }) => id !== 'default' && isOffered(config.model?.models ?? [], `${id} ${name}`),
  });
};

/** Who writes quick pages: a model, by the same relay and within the same budgets as agents, or rules. */
export const createPageWriter = (config: Config, model: Model | undefined, derive: Derive): PageWriter =>
  model === undefined || config.model === undefined
    ? createOfflineWriter()
    : createModelWriter({
        url: model.relay.url,
        token: (slug) => modelToken(derive, slug),
        prices: config.model.prices,
        models: config.model.models,
      });
