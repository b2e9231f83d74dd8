import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claudeCommand, INSIDE } from '../../adapters/sandboxes/claude/launch.ts';
import { type BakedTemplate, bakeTemplate } from '../../adapters/sandboxes/local/bake.ts';
import { createLocalSandboxHost } from '../../adapters/sandboxes/local/host.ts';
import { tiers } from '../../adapters/sandboxes/local/profile.ts';
import type { LocalAgent } from '../../adapters/sandboxes/local/start.ts';
import type { SandboxHost } from '../../commands/ports/sandboxes.ts';
import type { Config } from '../config.ts';
import { claudeHere, claudeSpec, usesClaude } from './claude.ts';
import type { Installed, SandboxOptions, StartedSandboxes } from './sandboxes.ts';
import { StartError } from './start-error.ts';

const SOURCES = fileURLToPath(new URL('../../sandbox', import.meta.url));

/** On two cores a second one only makes both slower. */
const BOOTS_AT_ONCE = 1;

/** The template baked, and a host that boots sandboxes from it at the best isolation this machine holds. */
export const startLocalSandboxes = async (
  config: Config,
  options: Pick<SandboxOptions, 'logger' | 'say' | 'shutdown' | 'onExit'>,
): Promise<StartedSandboxes> => {
  const { dataDir, isolation, agentCommand } = config;
  const tier = tiers.find((name) => name === isolation);
  if (isolation !== undefined && tier === undefined) {
    throw new StartError(`MK0R_ISOLATION: "${isolation}" is not a tier. Use one of ${tiers.join(', ')}.`);
  }
  const stopping = new AbortController();
  const baking = bakeTemplate({ sourceDir: SOURCES, dataDir, log: options.say, signal: stopping.signal });
  options.shutdown.defer('sandbox template', async () => {
    stopping.abort();
    await baking.catch(() => undefined);
  });
  const installing = usesClaude(config) ? claudeHere(config, options) : undefined;
  await Promise.allSettled([baking, installing]);
  const baked = await baking;
  const claude = await installing;
  const host = await createLocalSandboxHost({
    dataDir,
    baked,
    logger: options.logger.child({ part: 'sandboxes' }),
    onExit: (name) => options.onExit(name.replace(/^mk0r-/, '')),
    ...(tier === undefined ? {} : { require: tier }),
    ...agentOf(agentCommand, claude),
  });
  options.shutdown.defer('sandboxes', host.close);
  if (claude === undefined) return { host, templateHash: baked.hash, bootsAtOnce: BOOTS_AT_ONCE };
  return {
    host,
    templateHash: `${baked.hash}|${claudeSpec(claude.browser?.path)}`,
    bootsAtOnce: BOOTS_AT_ONCE,
    installed: asSeenInside(host, baked, claude),
  };
};

type OnHost = Awaited<ReturnType<typeof claudeHere>>;

const agentOf = (
  agentCommand: string | undefined,
  claude: OnHost | undefined,
): { readonly agent?: LocalAgent } => {
  if (agentCommand !== undefined) return { agent: { command: () => ['sh', '-c', agentCommand] } };
  if (claude === undefined) return {};
  const { dir, browser } = claude;
  return {
    agent: {
      dir,
      command: ({ runtime, agents = dir }) => claudeCommand({ node: join(runtime, 'bin/node'), agents }),
      ...(browser?.directory === undefined ? {} : { shown: [browser.directory] }),
    },
  };
};

const asSeenInside = (
  host: SandboxHost,
  { runtimeDir }: BakedTemplate,
  { dir, browser }: OnHost,
): Installed => ({
  place: host.isolation.filesystem === 'own' ? INSIDE : { node: join(runtimeDir, 'bin/node'), agents: dir },
  ...(browser === undefined ? {} : { browser: browser.path }),
});
