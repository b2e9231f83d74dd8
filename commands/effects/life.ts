import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { resourceName } from '../../domain/services.ts';
import { isDone, type SessionState } from '../../domain/session/state.ts';
import { realign } from '../git/realign.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';
import { writeResidentialProxy } from './boot.ts';
import {
  type Attempt,
  bootRequest,
  bridgeToken,
  type Effect,
  fromVault,
  unlessOver,
  type World,
} from './context.ts';
import { writeEnvFile } from './env.ts';

/**
 * Brings a sandbox back: on its own files, or, where nothing is left of them, as a fresh one. Its code is verified, and
 * restored where it was lost; then the agent again, and what else a boot had put in place.
 */
export const wake: Effect = (world, attempt) => {
  const { state, attemptId } = attempt;
  return pipe(
    TE.Do,
    TE.bind('sandbox', () => wokenSandbox(world, attempt)),
    TE.bind('sha', ({ sandbox }) => realign(world, attempt, sandbox)),
    TE.tap(() => unlessOver(attempt)),
    TE.bind('agentSessionId', ({ sandbox }) => agentAgain(world, attempt, sandbox)),
    TE.bind('envRestored', ({ sandbox }) => restoreEnv(world, attempt, sandbox)),
    TE.tap(({ sandbox }) => restoreResidentialProxy(world, state, sandbox)),
    TE.map(({ agentSessionId, envRestored, sha }) => [
      {
        type: 'SandboxWoken',
        data: { attemptId, agentSessionId, envRestored, sha, runner: world.runner, model: state.model },
      },
    ]),
  );
};

const wokenSandbox = (world: World, attempt: Attempt): TE.TaskEither<ProviderError, Sandbox> =>
  pipe(
    attempt.state.sandbox.status === 'lost' ? gone : world.sandboxes.wake(bootRequest(world, attempt)),
    TE.orElse((error) =>
      error.code === 'sandbox_gone' ? world.sandboxes.boot(bootRequest(world, attempt)) : TE.left(error),
    ),
  );

const gone = TE.left<ProviderError>({
  code: 'sandbox_gone',
  message: 'Nothing is left of the sandbox.',
  retryable: false,
});

const agentAgain = (
  world: World,
  { state, signal }: Attempt,
  sandbox: Sandbox,
): TE.TaskEither<ProviderError, string> => {
  const token = bridgeToken(world, state.sessionId);
  return pipe(
    world.agent.initialize(sandbox, token, signal),
    TE.flatMap(() =>
      world.agent.openSession(sandbox, token, { cwd: '/app', systemPrompt: world.systemPrompt }, signal),
    ),
    TE.tap(({ agentSessionId }) =>
      world.agent.setModel(sandbox, token, { agentSessionId, model: state.model }, signal),
    ),
    TE.map(({ agentSessionId }) => agentSessionId),
  );
};

const restoreEnv = (
  world: World,
  attempt: Attempt,
  sandbox: Sandbox,
): TE.TaskEither<ProviderError, boolean> =>
  pipe(
    sandbox.readFile('/app/.env'),
    TE.map(() => false),
    TE.orElse((error) =>
      error.code === 'file_not_found'
        ? pipe(
            writeEnvFile(world, attempt, sandbox),
            TE.map(() => true),
          )
        : TE.left(error),
    ),
  );

/** The run directory is made anew at every start. */
const restoreResidentialProxy = (
  world: World,
  state: SessionState,
  sandbox: Sandbox,
): TE.TaskEither<ProviderError, void> =>
  isDone(state, 'residential_ip') ? writeResidentialProxy(world, sandbox) : TE.right(undefined);

/** Ends the processes and keeps the files. */
export const sleep: Effect = (world, { state }) =>
  pipe(
    world.sandboxes.sleep(resourceName(state.slug)),
    TE.map(() => [{ type: 'SandboxSlept', data: { reason: 'idle' } }]),
  );

export const destroySandbox: Effect = (world, { state, attemptId }) =>
  pipe(
    world.sandboxes.destroy(resourceName(state.slug)),
    TE.map(() => [{ type: 'ResourceReleased', data: { attemptId, service: 'sandbox' } }]),
  );

/** The key is destroyed before the log says so: a crash between the two destroys it once more. */
export const forget: Effect = (world, { state }) =>
  pipe(
    fromVault(world.vault.shred(state.sessionId)),
    TE.map(() => [{ type: 'SessionForgotten', data: {} }]),
  );
