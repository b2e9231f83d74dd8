import { claudeCommand, INSIDE } from '../../adapters/sandboxes/claude/launch.ts';
import type { NetworkOptions } from '../../adapters/sandboxes/e2b/network.ts';
import { bridgeTokenOf } from '../../commands/effects/context.ts';
import type { E2bConfig } from '../config/e2b.ts';
import type { Config } from '../config.ts';
import { siteOf } from '../site.ts';
import { claudeSpec, usesClaude } from './claude.ts';
import { e2bTemplate } from './e2b-template.ts';
import type { Installed, SandboxOptions, StartedSandboxes } from './sandboxes.ts';
import { StartError } from './start-error.ts';

/** Where npm in a sandbox gets packages. */
const REGISTRY = 'registry.npmjs.org';

/** E2B boots them elsewhere; its smallest plan makes one a second. */
const BOOTS_AT_ONCE = 3;

/** Sandboxes at E2B, from the template of this version. Refuses to start where that has not been built. */
export const startE2bSandboxes = async (
  config: Config & { readonly publicUrl: string },
  e2b: E2bConfig,
  options: SandboxOptions,
): Promise<StartedSandboxes> => {
  const { logger, shutdown, derive } = options;
  // Loaded only where it is used: the SDK is large.
  const { createE2bSandboxHost } = await import('../../adapters/sandboxes/e2b/host.ts');
  const { hasTemplate } = await import('../../adapters/sandboxes/e2b/template/tags.ts');
  const { settings, template } = await e2bTemplate(e2b);
  const { egress } = e2b;
  const log = logger.child({ part: 'sandboxes' });
  await assertBuilt(
    () => hasTemplate(settings, template),
    template,
    (reason) => log.warn({ reason }, 'E2B could not be asked for the template'),
  );
  const host = await createE2bSandboxHost({
    settings,
    template,
    instance: derive('e2b-instance').slice(0, 16),
    network: networkOf(config, egress),
    ...agentCommandOf(config),
    visits: config.role === 'api',
    tokenOf: (sessionId) => bridgeTokenOf(derive, sessionId),
    forwards: await options.forwards(),
    onExit: (sandbox) => options.onExit(sandbox.replace(/^mk0r-/, '')),
    logger: log,
  });
  shutdown.defer('sandboxes', host.close);
  log.info({ template, egress }, `sandboxes: ${host.isolation.summary}`);
  const installed: Installed = {
    place: INSIDE,
    ...(config.model?.browser === 'off' ? {} : { browser: config.model?.browser ?? TEMPLATE_BROWSER }),
  };
  return {
    host,
    templateHash: `${template}|${egress}${usesClaude(config) ? `|${claudeSpec(installed.browser)}` : ''}`,
    bootsAtOnce: BOOTS_AT_ONCE,
    ...(usesClaude(config) ? { installed } : {}),
  };
};

/** The template has Claude Code and a Chromium in it: adapters/sandboxes/e2b/template/recipe.ts. */
const TEMPLATE_BROWSER = '/usr/bin/chromium';

const agentCommandOf = (config: Config): { readonly agentCommand?: readonly string[] } => {
  if (config.agentCommand !== undefined) return { agentCommand: ['sh', '-c', config.agentCommand] };
  return usesClaude(config) ? { agentCommand: claudeCommand(INSIDE) } : {};
};

const networkOf = (
  { publicUrl }: { readonly publicUrl: string },
  egress: E2bConfig['egress'],
): NetworkOptions => {
  const { previewUrl, host } = siteOf(publicUrl);
  return {
    hostOf: (name) => new URL(previewUrl.replace('{slug}', name.replace(/^mk0r-/, ''))).host,
    ...(egress === 'open' ? {} : { allowedHosts: [REGISTRY, host.replace(/:\d+$/, '')] }),
  };
};

/** A key that is refused stops the start, as does a template nobody built; an outage of E2B does not. */
const assertBuilt = async (
  ask: () => Promise<boolean>,
  template: string,
  unknown: (reason: string) => void,
): Promise<void> => {
  const built = await ask().catch((error: unknown) => {
    if (error instanceof Error && 'retryable' in error && error.retryable === true) unknown(error.message);
    else throw error;
  });
  if (built === false)
    throw new StartError(
      `E2B has no template ${template}, from which this version makes its sandboxes. Build it: npm run sandbox:build`,
    );
};
