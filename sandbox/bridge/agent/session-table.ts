import { Problem } from '../http/problem.ts';
import type { AgentProcess } from './process.ts';
import {
  type Attached,
  attachSession,
  type ModelOffer,
  openSession,
  type Session,
  type SessionSetup,
} from './sessions.ts';
import type { AgentSupervisor } from './supervisor.ts';

/** One product session needs one; the rest is room for retries. */
const MAX_SESSIONS = 32;

export type SessionTable = {
  readonly open: (
    setup: SessionSetup,
  ) => Promise<{ readonly session: Session; readonly models: readonly ModelOffer[] }>;
  /** Takes up a session by its id, also one that only the agent may still know, else opens a new one under that id. */
  readonly resume: (id: string, setup: SessionSetup) => Promise<Attached>;
  /** 404 `session_not_found` for an id that was never opened here. */
  readonly find: (id: string) => Session;
  /** The present agent, once it knows the session. */
  readonly attach: (session: Session) => Promise<AgentProcess>;
  readonly byAgentSessionId: (agentSessionId: string) => Session | undefined;
  readonly isBusy: () => boolean;
};

const isRunning = (session: Session): boolean => session.turn !== undefined && !session.turn.hasEnded();

const newSession = (id: string, setup: SessionSetup, agent?: AgentProcess): Session => ({
  id,
  setup,
  agentSessionId: id,
  agent,
  attaching: undefined,
  model: undefined,
  turn: undefined,
});

export const createSessionTable = (agents: () => AgentSupervisor): SessionTable => {
  const sessions = new Map<string, Session>();

  const keep = (session: Session): Session => {
    const idle = [...sessions.values()].find((candidate) => !isRunning(candidate));
    if (sessions.size >= MAX_SESSIONS && idle !== undefined) sessions.delete(idle.id);
    sessions.set(session.id, session);
    return session;
  };

  const attach = async (session: Session): Promise<AgentProcess> => {
    const agent = await agents().current();
    if (session.agent !== agent) {
      session.attaching ??= attachSession(agent, session)
        .then(() => undefined)
        .finally(() => {
          session.attaching = undefined;
        });
      await session.attaching;
    }
    return agent;
  };

  return {
    open: async (setup) => {
      const agent = await agents().current();
      const { sessionId, models } = await openSession(agent, setup);
      return { session: keep(newSession(sessionId, setup, agent)), models };
    },
    resume: async (id, setup) => {
      const known = sessions.get(id);
      if (known !== undefined && isRunning(known)) {
        throw new Problem(409, 'turn_in_progress', 'A prompt is running in this session.');
      }
      const agent = await agents().current();
      const session = known ?? newSession(id, setup);
      const attached = await attachSession(agent, session);
      keep(session);
      return attached;
    },
    find: (id) => {
      const session = sessions.get(id);
      if (session === undefined) {
        throw new Problem(
          404,
          'session_not_found',
          'No such session here: POST /session/new or /session/resume.',
        );
      }
      return session;
    },
    attach,
    byAgentSessionId: (agentSessionId) =>
      [...sessions.values()].find((session) => session.agentSessionId === agentSessionId),
    isBusy: () => [...sessions.values()].some(isRunning),
  };
};
