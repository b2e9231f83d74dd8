import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { resourceName } from '../../domain/services.ts';
import type { SessionState } from '../../domain/session/state.ts';
import { restoreFromRepository } from '../git/restore.ts';
import { gitSetup } from '../git/setup.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';
import { type Attempt, bootRequest, bridgeToken, type Effect, fromVault, type World } from './context.ts';
import { writeEnvFile } from './env.ts';

/**
 * Brings a sandbox back: on its own files, or, where nothing is left of them, as a fresh one with the last pushed
 * commit. Then the agent again, and the env file where it was lost.
 */
export const wake: Effect = (world, attempt) => {
  const { state, attemptId } = attempt;
  return pipe(
    TE.Do,
    TE.bind('sandbox', () => wokenSandbox(world, attempt)),
    TE.bind('agentSessionId', ({ sandbox }) => agentAgain(world, attempt, sandbox)),
    TE.bind('envRestored', ({ sandbox }) => restoreEnv(world, state, sandbox)),
    TE.bind('sha', ({ sandbox }) => gitSetup(sandbox)),
    TE.map(({ agentSessionId, envRestored, sha }) => [
      { type: 'SandboxWoken', data: { attemptId, agentSessionId, envRestored, sha, runner: world.runner } },
    ]),
  );
};

const wokenSandbox = (world: World, attempt: Attempt): TE.TaskEither<ProviderError, Sandbox> =>
  pipe(
    attempt.state.sandbox.status === 'lost' ? gone : world.sandboxes.wake(bootRequest(world, attempt)),
    TE.orElse((error) => (error.code === 'sandbox_gone' ? rebuilt(world, attempt) : TE.left(error))),
  );

const gone = TE.left<ProviderError>({
  code: 'sandbox_gone',
  message: 'Nothing is left of the sandbox.',
  retryable: false,
});

const rebuilt = (world: World, attempt: Attempt): TE.TaskEither<ProviderError, Sandbox> =>
  pipe(
    world.sandboxes.boot(bootRequest(world, attempt)),
    TE.tap(gitSetup),
    TE.tap((sandbox) => restoreFromRepository(world, attempt.state, sandbox)),
  );

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
  state: SessionState,
  sandbox: Sandbox,
): TE.TaskEither<ProviderError, boolean> =>
  pipe(
    sandbox.readFile('/app/.env'),
    TE.map(() => false),
    TE.orElse((error) =>
      error.code === 'file_not_found'
        ? pipe(
            writeEnvFile(world, state, sandbox),
            TE.map(() => true),
          )
        : TE.left(error),
    ),
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
