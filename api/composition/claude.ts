import { join } from 'node:path';
import { type Browser, findBrowser } from '../../adapters/sandboxes/claude/browser.ts';
import { claudeHash, claudeVersion, installClaude } from '../../adapters/sandboxes/claude/install.ts';
import type { Config } from '../config.ts';
import { SANDBOX_SOURCES } from './e2b-template.ts';
import type { SandboxOptions } from './sandboxes.ts';

/** Whether apps are built by Claude Code: there is a model, and no other agent was asked for. */
export const usesClaude = ({ model, agentCommand }: Config): boolean =>
  model !== undefined && agentCommand === undefined;

/** What the log, the health page and the spec of pooled sessions call the agent. */
export const agentName = (config: Config): string =>
  config.agentCommand ??
  (usesClaude(config)
    ? `Claude Code (claude-agent-acp ${claudeVersion(SANDBOX_SOURCES)})`
    : 'mk0r-offline-agent (rule-based)');

/** Changes with the agent's packages and with whether it has a browser. */
export const claudeSpec = (browser: string | undefined): string =>
  `${claudeHash(SANDBOX_SOURCES)}|${browser === undefined ? 'blind' : 'browser'}`;

/** Claude Code on this machine, installed where it is missing, and a browser for it where there is one. */
export const claudeHere = async (
  { dataDir, model }: Config,
  { say, logger, shutdown }: Pick<SandboxOptions, 'say' | 'logger' | 'shutdown'>,
): Promise<{ readonly dir: string; readonly browser: Browser | undefined }> => {
  const stopping = new AbortController();
  const installing = installClaude({
    sourceDir: SANDBOX_SOURCES,
    agentsDir: join(dataDir, 'agents'),
    log: say,
    signal: stopping.signal,
  });
  shutdown.defer('installation of the agent', async () => {
    stopping.abort();
    await installing.catch(() => undefined);
  });
  const dir = await installing;
  const asked = model?.browser;
  const browser = asked === 'off' ? undefined : findBrowser(asked);
  if (browser !== undefined)
    logger.info({ browser: browser.path }, `the agent looks at apps in ${browser.path}`);
  else
    logger.warn(
      {},
      asked === undefined
        ? 'this machine has no Chromium: the agent cannot look at what it builds. Install one, or name it in AGENT_BROWSER'
        : asked === 'off'
          ? 'AGENT_BROWSER is off: the agent does not look at what it builds'
          : `AGENT_BROWSER: there is no program at ${asked}: the agent does not look at what it builds`,
    );
  return { dir, browser };
};
