import { afterAll, beforeAll } from 'vitest';
import { type AgentProcess, startAgent, type Told } from './agent-process.ts';
import { startApp, type TestApp } from './app.ts';
import { type Backend, type Services, startBackend } from './backend.ts';

export type Rig = {
  readonly app: TestApp;
  readonly agent: AgentProcess;
  readonly services: Services;
  /**
   * One turn, after which the app's types must hold, unless somebody else broke them: the platform checks them when the
   * agent is done.
   */
  readonly tell: (prompt: string, types?: 'broken') => Promise<Told>;
  /** Calls the app's own API through its dev server. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;
};

/** An app with its backend and the agent beside it, once per suite. `missing` leaves services out of its `.env`. */
export function withRig(missing: readonly string[] = []): Rig {
  let backend: Backend;
  let rig: Rig;

  beforeAll(async () => {
    backend = await startBackend();
    const services = await backend.provision();
    const present = Object.entries(services.env).filter(
      ([name]) => !missing.some((left) => name.startsWith(left)),
    );
    const app = await startApp(Object.fromEntries(present));
    const agent = await startAgent(app.cwd, app.port);
    const sessionId = await agent.newSession();
    rig = {
      app,
      agent,
      services,
      tell: async (prompt, types) => {
        const told = await agent.tell(sessionId, prompt);
        if (types !== 'broken') await app.typesHold();
        return told;
      },
      call: async (method, path, body) => {
        const response = await fetch(`${app.origin}/api${path}`, {
          method,
          ...(body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        });
        return { status: response.status, body: await response.json() };
      },
    };
  });

  afterAll(async () => {
    await rig?.agent.close();
    await rig?.app.close();
    await backend?.close();
  });

  return {
    get app() {
      return rig.app;
    },
    get agent() {
      return rig.agent;
    },
    get services() {
      return rig.services;
    },
    tell: (prompt, types) => rig.tell(prompt, types),
    call: (method, path, body) => rig.call(method, path, body),
  };
}
