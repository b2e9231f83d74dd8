import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { carryOver } from '../git/carry-over.ts';
import { gitSetup } from '../git/setup.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import { bootRequest, bridgeToken, type Effect, sandboxOf, type World } from './context.ts';

/** What `/app` is called inside every sandbox. */
const APP_DIR = '/app';

export const bootVm: Effect = (world, attempt) =>
  pipe(
    world.sandboxes.boot(bootRequest(world, attempt)),
    TE.map((sandbox) => [
      {
        type: 'SandboxBooted',
        data: {
          attemptId: attempt.attemptId,
          sandbox: sandbox.name,
          host: world.sandboxes.host,
          isolation: world.sandboxes.isolation.tier,
          runner: world.runner,
        },
      },
    ]),
  );

export const initializeAgent: Effect = (world, { state, attemptId, signal }) =>
  pipe(
    sandboxOf(world, state),
    TE.flatMap((sandbox) => world.agent.initialize(sandbox, bridgeToken(world, state.sessionId), signal)),
    TE.map(({ name, version }) => [
      { type: 'AgentInitialized', data: { attemptId, agent: { name, version } } },
    ]),
  );

export const openAgentSession: Effect = (world, { state, attemptId, signal }) =>
  pipe(
    sandboxOf(world, state),
    TE.flatMap((sandbox) =>
      world.agent.openSession(
        sandbox,
        bridgeToken(world, state.sessionId),
        { cwd: APP_DIR, systemPrompt: world.systemPrompt },
        signal,
      ),
    ),
    TE.map(({ agentSessionId, models }) => [
      {
        type: 'AgentSessionOpened',
        data: { attemptId, agentSessionId, ...(models === undefined ? {} : { models }) },
      },
    ]),
  );

export const selectModel: Effect = (world, { state, attemptId, signal }) =>
  pipe(
    sandboxOf(world, state),
    TE.flatMap((sandbox) =>
      world.agent.setModel(
        sandbox,
        bridgeToken(world, state.sessionId),
        { agentSessionId: state.sandbox.agentSessionId ?? '', model: state.model },
        signal,
      ),
    ),
    TE.map(() => [{ type: 'ModelSelected', data: { attemptId, model: state.model } }]),
  );

export const writeResidentialProxy = ({ residentialProxy }: World, sandbox: Sandbox) =>
  sandbox.writeFile('/run/brd.conf', residentialProxy ?? '', 0o600);

export const assignResidentialIp: Effect = (world, { state, attemptId }) =>
  world.residentialProxy === undefined
    ? TE.right([
        {
          type: 'StepSkipped',
          data: { step: 'residential_ip', reason: 'no residential proxy is configured on this server' },
        },
      ])
    : pipe(
        sandboxOf(world, state),
        TE.flatMap((sandbox) => writeResidentialProxy(world, sandbox)),
        TE.map(() => [{ type: 'ResidentialIpAssigned', data: { attemptId } }]),
      );

export const setUpGit: Effect = (world, { state, attemptId }) => {
  const parent = state.mode === 'full' ? undefined : state.history?.at;
  return pipe(
    sandboxOf(world, state),
    TE.flatMap((sandbox) =>
      parent === undefined ? gitSetup(sandbox) : carryOver(world, state.sessionId, parent, sandbox),
    ),
    TE.map((sha) => [
      {
        type: 'RepoInitialized',
        data: { attemptId, sha, branch: 'main', ...(parent === undefined ? {} : { parent }) },
      },
    ]),
  );
};
