import { join } from 'node:path';
import type { McpServer } from '../../agent/bridge-client.ts';

/** Where things are inside a sandbox. */
export type AgentPlace = {
  readonly node: string;
  /** What `installClaude` has installed. */
  readonly agents: string;
};

/** In every sandbox that has a file system of its own, and at E2B. */
export const INSIDE: AgentPlace = { node: '/opt/mk0r/bin/node', agents: '/opt/agents' };

const ACP = 'node_modules/@agentclientprotocol/claude-agent-acp/dist/index.js';
const PLAYWRIGHT = 'node_modules/@playwright/mcp/cli.js';

export const claudeCommand = ({ node, agents }: AgentPlace): readonly string[] => [node, join(agents, ACP)];

/** Memory is given back when nobody has looked for a while; 0.3 GB is a lot beside an app. */
const BROWSER_IDLE_MS = 60_000;

/**
 * Playwright's MCP server: with it the agent opens the app it builds, looks at it, and reads the console. Chromium's own
 * sandbox is left out, since it needs what ours forbids.
 */
export const browserServer = ({ node, agents }: AgentPlace, browser: string): McpServer => ({
  name: 'playwright',
  command: node,
  args: [
    join(agents, PLAYWRIGHT),
    '--headless',
    '--isolated',
    '--no-sandbox',
    ...['--executable-path', browser],
    ...['--output-dir', '/tmp/playwright'],
    ...['--idle-timeout', String(BROWSER_IDLE_MS)],
  ],
  env: [],
});

/** An answer of that length is long; what the model allows at most would reserve a dollar for every call. */
const MAX_OUTPUT_TOKENS = 32_000;
/** Within half a minute: the bridge takes an agent that says nothing for two minutes to hang. */
const MAX_RETRIES = 6;

/**
 * What Claude Code is started with. The key is the token of this sandbox, for the relay at that address and nothing
 * else; whatever it would say to others than the model is switched off.
 */
export const claudeEnv = (relay: {
  readonly url: string;
  readonly token: string;
}): Record<string, string> => ({
  ...relayEnv(relay),
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_TELEMETRY: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_AUTOUPDATER: '1',
  // One more call a turn, for a suggestion nobody is shown.
  CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION: 'false',
  // Else the browser's tools are hidden behind a search for tools.
  ENABLE_TOOL_SEARCH: 'false',
  CLAUDE_CODE_MAX_OUTPUT_TOKENS: String(MAX_OUTPUT_TOKENS),
  CLAUDE_CODE_MAX_RETRIES: String(MAX_RETRIES),
});

/** The names every client of the Messages API knows: also for another agent than Claude Code. */
export const relayEnv = ({ url, token }: { readonly url: string; readonly token: string }) => ({
  ANTHROPIC_BASE_URL: url,
  ANTHROPIC_API_KEY: token,
});
