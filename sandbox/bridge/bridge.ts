import { once } from 'node:events';
import type { Server } from 'node:net';
import { answerPermission } from './agent/permission.ts';
import { createSessionTable } from './agent/session-table.ts';
import { type AgentSupervisor, superviseAgent } from './agent/supervisor.ts';
import type { BridgeConfig } from './config.ts';
import { superviseDevServer } from './dev-server/supervisor.ts';
import { createBridgeServer, type Routes } from './http/server.ts';
import { listenLoopback, listenUnix } from './listen.ts';
import { createPaths } from './paths.ts';
import { createTurns } from './prompt/turns.ts';
import { agentRoutes } from './routes/agent.ts';
import { promptRoutes } from './routes/prompt.ts';
import { workspaceRoutes } from './routes/workspace.ts';
import { createTunnel } from './tunnel.ts';

export type Bridge = { readonly close: () => Promise<void> };

/** Vite restarts within 50 ms, on a machine that is busy booting others within a few seconds. */
const PREVIEW_PATIENCE_MS = 3_000;
const HEALTH_LOG_CHARACTERS = 2_000;

const openTunnels = async (config: BridgeConfig): Promise<Server[]> => {
  const forwards = config.forwards.map(async ({ port, socketPath }) => {
    const tunnel = createTunnel({ path: socketPath });
    await listenLoopback(tunnel, port);
    return tunnel;
  });
  const { previewSocketPath, previewPort } = config;
  if (previewSocketPath === undefined) return Promise.all(forwards);
  const preview = createTunnel({ host: '127.0.0.1', port: previewPort }, PREVIEW_PATIENCE_MS);
  await listenUnix(preview, previewSocketPath);
  return [preview, ...(await Promise.all(forwards))];
};

/** Starts everything a sandbox needs; resolves when the bridge answers. The dev server may still be starting. */
export const startBridge = async (config: BridgeConfig): Promise<Bridge> => {
  const { appDir, runDir, childEnv } = config;
  const paths = createPaths(appDir, runDir);
  const tunnels = await openTunnels(config);
  const devServer = superviseDevServer({ appDir, port: config.previewPort, env: childEnv });

  const sessions = createSessionTable(() => agents);
  const agents: AgentSupervisor = superviseAgent({
    command: config.agentCommand,
    cwd: appDir,
    baseEnv: childEnv,
    isBusy: sessions.isBusy,
    hooks: {
      onUpdate: ({ sessionId, update }) => sessions.byAgentSessionId(sessionId)?.turn?.onUpdate(update),
      onPermission: (request) =>
        answerPermission(request, sessions.byAgentSessionId(request.sessionId)?.turn?.isCancelling() ?? true),
    },
  });
  const turns = createTurns(
    {
      idleMs: config.agentIdleMs,
      detachedMs: config.detachedMs,
      attach: sessions.attach,
      replace: agents.replace,
      shown: paths.shown,
    },
    agents.assertStarted,
  );

  const preview = async () => ({ state: await devServer.state(), restarts: devServer.restarts() });
  const routes: Routes = {
    'GET /health': async () => ({
      ok: true,
      agent: agents.status(),
      preview: { ...(await preview()), output: devServer.log().slice(-HEALTH_LOG_CHARACTERS) },
    }),
    'GET /preview/log': async () => ({ ...(await preview()), log: devServer.log() }),
    ...agentRoutes(agents, sessions, paths),
    ...promptRoutes(turns, sessions),
    ...workspaceRoutes({ paths, runDir, childEnv }),
  };
  const server = createBridgeServer(config.token, routes);
  await listenUnix(server, config.socketPath);

  return {
    close: async () => {
      const closed = once(server, 'close');
      for (const listener of [server, ...tunnels]) listener.close();
      await Promise.all([agents.stop(), devServer.stop()]);
      // Prompts have said their last word by now; a command that still runs is killed because its client goes.
      server.closeAllConnections();
      await closed;
    },
  };
};
