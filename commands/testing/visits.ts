import type { SessionState } from '../../domain/session/state.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import type { Settings } from '../process-managers/context.ts';
import type { VisitorCommand } from '../visitor/session-commands.ts';
import { createTestWorld, startTestServer, type TestServer, type TestWorld } from './world.ts';

let commands = 0;

/** A command of the one visitor the tests know; each has an id of its own unless it is given one. */
export const visitorOf = (sessionId: string, commandId?: string): VisitorCommand => {
  commands += 1;
  return { commandId: commandId ?? `command-${commands}`, sessionId, owner: 'ann' };
};

export type Visit = {
  readonly world: TestWorld;
  readonly server: TestServer;
  readonly sessionId: string;
  readonly slug: string;
};

/** A visitor who found the pool empty, at the moment they were answered. */
export const coldSession = async (
  world: TestWorld = createTestWorld(),
  prompt?: string,
  settings: Partial<Settings> = {},
): Promise<Visit> => {
  const server = startTestServer(world, settings);
  const command = { commandId: 'create', owner: 'ann', residentialIp: false };
  const { sessionId, slug } = rightOf(
    await world.time.during(server.create(prompt === undefined ? command : { ...command, prompt })()),
  );
  return { world, server, sessionId, slug };
};

export const isReady = (state: SessionState | undefined): boolean => state?.readyAt !== undefined;

/** Ready, and no turn waits or runs. */
export const isAtRest = (state: SessionState | undefined): boolean =>
  isReady(state) && state?.turns.every(({ status }) => status !== 'queued' && status !== 'running') === true;
