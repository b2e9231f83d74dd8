import { fileURLToPath } from 'node:url';
import { bakeTemplate } from '../../adapters/sandboxes/local/bake.ts';
import { createLocalSandboxHost } from '../../adapters/sandboxes/local/host.ts';
import { tiers } from '../../adapters/sandboxes/local/profile.ts';
import type { Config } from '../config.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Logger } from '../log.ts';
import { StartError } from './start-error.ts';

const SOURCES = fileURLToPath(new URL('../../sandbox', import.meta.url));

/** The template baked, and a host that boots sandboxes from it at the best isolation this machine holds. */
export const startLocalSandboxes = async (
  { dataDir, isolation, agentCommand }: Config,
  options: {
    readonly logger: Logger;
    readonly say: (line: string) => void;
    readonly shutdown: Shutdown;
    /** A sandbox ended without being asked to. */
    readonly onExit: (slug: string) => void;
  },
) => {
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
  const baked = await baking;
  const host = await createLocalSandboxHost({
    dataDir,
    baked,
    logger: options.logger.child({ part: 'sandboxes' }),
    onExit: (name) => options.onExit(name.replace(/^mk0r-/, '')),
    ...(tier === undefined ? {} : { require: tier }),
    ...(agentCommand === undefined ? {} : { agentCommand: ['sh', '-c', agentCommand] }),
  });
  options.shutdown.defer('sandboxes', host.close);
  return { host, templateHash: baked.hash };
};
