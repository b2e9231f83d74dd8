import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import { answerPermission, appOnly } from './agent/permission.ts';
import { createSessionTable } from './agent/session-table.ts';
import { type AgentSupervisor, superviseAgent } from './agent/supervisor.ts';
import type { BridgeConfig } from './config.ts';
import { superviseDevServer } from './dev-server/supervisor.ts';
import { createBridgeServer, type Routes } from './http/server.ts';
import { createLink, type Link } from './link/link.ts';
import { listenLoopback, listenPublic, listenUnix } from './listen.ts';
import { createPaths } from './paths.ts';
import { createTurns } from './prompt/turns.ts';
import { agentRoutes } from './routes/agent.ts';
import { promptRoutes } from './routes/prompt.ts';
import { versionRoutes } from './routes/version.ts';
import { workspaceRoutes } from './routes/workspace.ts';
import { createTunnel } from './tunnel.ts';
import { createVersions } from './version/version.ts';

export type Bridge = { readonly close: () => Promise<void> };

/** Vite restarts within 50 ms, on a machine that is busy booting others within a few seconds. */
const PREVIEW_PATIENCE_MS = 3_000;
const HEALTH_LOG_CHARACTERS = 2_000;

const openForwards = (config: BridgeConfig, link: Link): Promise<Server[]> =>
  Promise.all(
    config.forwards.map(async ({ port, to }) => {
      const tunnel = to === 'link' ? link.tunnelTo(port) : createTunnel(to);
      await listenLoopback(tunnel, port);
      return tunnel;
    }),
  );

/** A tunnel to one dev server at each place it is asked for at. */
const openPreviews = async (
  {
    socketPath,
    publicPort,
  }: { readonly socketPath: string | undefined; readonly publicPort: number | undefined },
  toApp: () => Server,
): Promise<Server[]> => {
  const tunnels: Server[] = [];
  if (socketPath !== undefined) {
    const tunnel = toApp();
    tunnels.push(tunnel);
    await listenUnix(tunnel, socketPath);
  }
  if (publicPort !== undefined) {
    const tunnel = toApp();
    tunnels.push(tunnel);
    await listenPublic(tunnel, publicPort);
  }
  return tunnels;
};

/** A server listens at one place; a second place is a second server with the same answers. */
const openBridge = async (config: BridgeConfig, create: () => HttpServer): Promise<HttpServer[]> => {
  const servers: HttpServer[] = [];
  if (config.socketPath !== undefined) {
    const server = create();
    servers.push(server);
    await listenUnix(server, config.socketPath);
  }
  if (config.port !== undefined) {
    const server = create();
    servers.push(server);
    await listenPublic(server, config.port);
  }
  return servers;
};

/** Starts everything a sandbox needs; resolves when the bridge answers. The dev server may still be starting. */
export const startBridge = async (config: BridgeConfig): Promise<Bridge> => {
  const { appDir, runDir, childEnv } = config;
  const paths = createPaths(appDir, runDir);
  const link = createLink(config.token);
  const versions = createVersions({
    appDir,
    port: config.versionPort,
    env: childEnv,
    idleMs: config.versionIdleMs,
  });
  const tunnels = [
    ...(await openPreviews(
      { socketPath: config.previewSocketPath, publicPort: config.previewPublicPort },
      () => createTunnel({ host: '127.0.0.1', port: config.previewPort }, PREVIEW_PATIENCE_MS),
    )),
    ...(await openPreviews(
      { socketPath: config.versionSocketPath, publicPort: config.versionPublicPort },
      versions.tunnel,
    )),
    ...(await openForwards(config, link)),
  ];
  const devServer = superviseDevServer({ appDir, port: config.previewPort, env: childEnv });

  const mayChange = appOnly(appDir);
  const sessions = createSessionTable(() => agents);
  const agents: AgentSupervisor = superviseAgent({
    command: config.agentCommand,
    cwd: appDir,
    baseEnv: childEnv,
    isBusy: sessions.isBusy,
    hooks: {
      onUpdate: ({ sessionId, update }) => sessions.byAgentSessionId(sessionId)?.turn?.onUpdate(update),
      onPermission: (request) =>
        answerPermission(
          request,
          sessions.byAgentSessionId(request.sessionId)?.turn?.isCancelling() ?? true,
          mayChange,
        ),
    },
  });
  const turns = createTurns(
    {
      idleMs: config.agentIdleMs,
      toolIdleMs: config.toolIdleMs,
      detachedMs: config.detachedMs,
      appDir,
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
    ...versionRoutes(versions),
    ...workspaceRoutes({ paths, runDir, childEnv }),
  };
  const servers = await openBridge(config, () =>
    createBridgeServer(config.token, routes).on('upgrade', link.upgrade),
  );

  return {
    close: async () => {
      const closed = Promise.all(servers.map((server) => once(server, 'close')));
      for (const listener of [...servers, ...tunnels]) listener.close();
      link.close();
      await Promise.all([agents.stop(), devServer.stop(), versions.close()]);
      // Prompts have said their last word by now; a command that still runs is killed because its client goes.
      for (const server of servers) server.closeAllConnections();
      await closed;
    },
  };
};
