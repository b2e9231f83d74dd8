import type { SessionState } from '../../domain/session/state.ts';
import { bridgeToken } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { Context } from '../process-managers/context.ts';

/** The bridge gives the agent a second; a bridge that does not answer is not waited for. */
const LIMIT_MS = 10_000;

/** Ends whatever the agent is answering, so that it can be given something else. */
export const endAnswer = (
  { world, clock }: Pick<Context, 'world' | 'clock'>,
  { sessionId, sandbox: { agentSessionId = '' } }: SessionState,
  sandbox: Sandbox,
): Promise<void> =>
  new Promise((resolve) => {
    const cancel = clock.after(LIMIT_MS, resolve);
    const ended = (): void => {
      cancel();
      resolve();
    };
    world.agent.cancel(sandbox, bridgeToken(world, sessionId), { agentSessionId })().then(ended, ended);
  });
