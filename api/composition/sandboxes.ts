import type { AgentPlace } from '../../adapters/sandboxes/claude/launch.ts';
import type { Derive } from '../../commands/identifiers.ts';
import type { Forward, SandboxHost } from '../../commands/ports/sandboxes.ts';
import type { Config } from '../config.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Logger } from '../log.ts';
import { startE2bSandboxes } from './e2b-sandboxes.ts';
import { startLocalSandboxes } from './local-sandboxes.ts';

export type SandboxOptions = {
  readonly logger: Logger;
  readonly say: (line: string) => void;
  readonly shutdown: Shutdown;
  readonly derive: Derive;
  /** What sandboxes may reach of this machine; answers once the services have started. */
  readonly forwards: () => Promise<readonly Forward[]>;
  /** A sandbox ended without being asked to. */
  readonly onExit: (slug: string) => void;
};

/** Claude Code as it lies in every sandbox, and the browser it looks at apps with. */
export type Installed = { readonly place: AgentPlace; readonly browser?: string };

export type StartedSandboxes = {
  readonly host: SandboxHost;
  /** Of what sandboxes are made from: part of the spec of a pooled session. */
  readonly templateHash: string;
  /** How many unclaimed ones boot at once. */
  readonly bootsAtOnce: number;
  readonly installed?: Installed;
};

/** At E2B where its key is configured, else on this machine. */
export const startSandboxes = (
  config: Config & { readonly publicUrl: string },
  options: SandboxOptions,
): Promise<StartedSandboxes> =>
  config.e2b === undefined
    ? startLocalSandboxes(config, options)
    : startE2bSandboxes(config, config.e2b, options);

/**
 * What a sandbox reaches without this server. Over the link of a closed one at E2B, everything that is forwarded on this
 * machine is reached there at the same address. An `api` process only shows sandboxes: workers are linked to them.
 */
export const sandboxNetwork = ({ e2b, role }: Config): 'loopback' | 'internet' | 'elsewhere' => {
  if (role === 'api') return 'elsewhere';
  return e2b?.egress === 'open' ? 'internet' : 'loopback';
};
