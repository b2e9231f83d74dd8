import * as z from 'zod';
import type { SessionTable } from '../agent/session-table.ts';
import { type SessionSetup, selectModel } from '../agent/sessions.ts';
import type { AgentSupervisor } from '../agent/supervisor.ts';
import { readJson } from '../http/body.ts';
import type { Routes } from '../http/server.ts';
import type { Paths } from '../paths.ts';
import { envRecord, id, sessionSetup } from './schemas.ts';

const initialize = z.strictObject({ env: envRecord.optional() });
const setModel = z.strictObject({ sessionId: id, modelId: z.string().min(1).max(200) });
const resume = sessionSetup.extend({ sessionId: id });

/** The agent and its sessions, before any prompt. */
export const agentRoutes = (agents: AgentSupervisor, sessions: SessionTable, paths: Paths): Routes => {
  const setup = ({ cwd, mcpServers, systemPrompt }: z.infer<typeof sessionSetup>): SessionSetup => ({
    cwd: paths.inside(cwd),
    mcpServers,
    systemPrompt,
  });

  return {
    'POST /initialize': async ({ request }) => agents.initialize((await readJson(request, initialize)).env),
    'POST /session/new': async ({ request }) => {
      const { session, models } = await sessions.open(setup(await readJson(request, sessionSetup)));
      return { sessionId: session.id, ...(models.length === 0 ? {} : { models }) };
    },
    'POST /session/resume': async ({ request }) => {
      const body = await readJson(request, resume);
      return { sessionId: body.sessionId, attached: await sessions.resume(body.sessionId, setup(body)) };
    },
    'POST /session/set_model': async ({ request }) => {
      const { sessionId, modelId } = await readJson(request, setModel);
      const session = sessions.find(sessionId);
      await selectModel(await sessions.attach(session), session, modelId);
      return { modelId };
    },
    'GET /agent/log': async () => ({ log: agents.log() }),
  };
};
