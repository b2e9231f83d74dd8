import { OUTAGE, REFUSED } from '../../../commands/testing/providers.ts';
import { isAtRest, isReady, visitorOf } from '../../../commands/testing/visits.ts';
import type { TestServer, TestWorld } from '../../../commands/testing/world.ts';
import type { Created } from '../../../commands/visitor/create-session.ts';
import type { ServiceName } from '../../../domain/services.ts';
import type { SessionState } from '../../../domain/session/state.ts';
import { rightOf } from '../../../domain/testing/outcome.ts';

export type Stage = { readonly world: TestWorld; readonly server: TestServer };

/** What people do and what goes wrong outside; each waits only for what it has to, so that much is under way at once. */
export type Story = {
  readonly title: string;
  readonly poolTarget?: number;
  readonly sleepAfterMs?: number;
  /** Somebody acts while the session is on its way: how far it has got by then is up to the delivery. */
  readonly isRace?: true;
  readonly play: (stage: Stage) => Promise<void>;
};

const create = async ({ world, server }: Stage, owner: string, prompt?: string): Promise<Created> => {
  const command = { commandId: `create-for-${owner}`, owner, residentialIp: false };
  return rightOf(
    await world.time.during(server.create(prompt === undefined ? command : { ...command, prompt })()),
  );
};

const until = (
  { world, server }: Stage,
  sessionId: string,
  isSo: (state: SessionState) => boolean,
): Promise<void> =>
  world.time.until(() => {
    const state = server.session(sessionId);
    return state !== undefined && isSo(state);
  });

/** So many turns are over, and what came of them is in the repository. */
const finished = (turns: number) => (state: SessionState) =>
  isAtRest(state) &&
  state.turns.length === turns &&
  state.turns.every(({ status }) => status === 'finished') &&
  state.pushed === state.history?.at &&
  // What is being kept as its session is closed is kept or is not: a race.
  state.checkpointDue === undefined;

const parked = (service: ServiceName) => (state: SessionState) => state.steps[service]?.status === 'parked';

export const STORIES: readonly Story[] = [
  {
    title: 'a boot and a turn',
    play: async (stage) => {
      const { sessionId } = await create(stage, 'ann', 'A habit tracker');
      await until(stage, sessionId, finished(1));
    },
  },
  {
    title: 'every service fails once',
    play: async (stage) => {
      for (const provider of Object.values(stage.world.providers)) provider.next(OUTAGE);
      const { sessionId } = await create(stage, 'ann');
      await until(stage, sessionId, isReady);
    },
  },
  {
    title: 'a service refuses, until its retry is asked for',
    play: async (stage) => {
      stage.world.providers.resend.next(REFUSED);
      const { sessionId } = await create(stage, 'ann');
      await until(stage, sessionId, (state) => isReady(state) && parked('resend')(state));
      await stage.world.time.during(
        stage.server.commands.retryService({ ...visitorOf(sessionId, 'retry'), service: 'resend' })(),
      );
      await until(stage, sessionId, ({ env }) => env?.version === 2);
    },
  },
  {
    title: 'deleted once it has served',
    play: async (stage) => {
      const { sessionId } = await create(stage, 'ann', 'A waitlist');
      await until(stage, sessionId, finished(1));
      await stage.world.time.during(stage.server.commands.close(visitorOf(sessionId, 'close'))());
      await until(stage, sessionId, ({ status }) => status === 'forgotten');
    },
  },
  {
    title: 'deleted while it boots',
    isRace: true,
    play: async (stage) => {
      const { sessionId } = await create(stage, 'ann', 'A waitlist');
      await until(stage, sessionId, ({ steps }) => steps.neon?.status === 'done');
      await stage.world.time.during(stage.server.commands.close(visitorOf(sessionId, 'close'))());
      await until(stage, sessionId, ({ status }) => status === 'forgotten');
    },
  },
  {
    title: 'two turns and an undo',
    play: async (stage) => {
      const { world, server } = stage;
      world.agent.will({ says: 'I begin.' }, { edits: 'src/app.tsx' }, { says: 'Done.' });
      const { sessionId } = await create(stage, 'ann');
      for (const [turns, prompt] of ['A habit tracker', 'Streaks'].entries()) {
        // A push still under way when a turn commits may be of what was before, or of both.
        await until(stage, sessionId, finished(turns));
        await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId, prompt), prompt })());
      }
      await until(stage, sessionId, finished(2));
      await world.time.during(
        server.commands.moveHistory({ ...visitorOf(sessionId, 'undo'), to: 'undo', data: 'keep' })(),
      );
      await until(
        stage,
        sessionId,
        ({ history, steps }) => history?.move === undefined && steps.history_move?.status === 'done',
      );
    },
  },
  {
    title: 'a sandbox that stops by itself is woken by the next turn',
    play: async (stage) => {
      const { world, server } = stage;
      const { sessionId, slug } = await create(stage, 'ann', 'A habit tracker');
      await until(stage, sessionId, finished(1));
      await world.time.pass(5_000);
      world.sandboxes.exits(`mk0r-${slug}`);
      server.sandboxExited(slug);
      await until(stage, sessionId, ({ sandbox }) => sandbox.status === 'asleep');
      await world.time.during(
        server.commands.submitTurn({ ...visitorOf(sessionId, 'second'), prompt: 'Streaks' })(),
      );
      await until(stage, sessionId, finished(2));
    },
  },
  {
    title: 'an idle app sleeps, and is woken',
    sleepAfterMs: 30_000,
    play: async (stage) => {
      const { world, server } = stage;
      const { sessionId } = await create(stage, 'ann', 'A habit tracker');
      await until(stage, sessionId, finished(1));
      await until(stage, sessionId, ({ sandbox }) => sandbox.status === 'asleep');
      await world.time.during(server.commands.wake(visitorOf(sessionId, 'wake'))());
      await until(stage, sessionId, ({ sandbox }) => sandbox.status === 'awake');
    },
  },
  {
    title: 'a pool of two, of which one is claimed',
    poolTarget: 2,
    play: async (stage) => {
      const { world, server } = stage;
      const isWarm = (state: SessionState) => isReady(state) && state.sandbox.status === 'awake';
      await world.time.until(() => [...server.context.directory.sessions()].filter(isWarm).length === 2);
      const { sessionId } = await create(stage, 'ann', 'A habit tracker');
      await until(stage, sessionId, finished(1));
      await world.time.until(() => [...server.context.directory.sessions()].filter(isWarm).length === 3);
    },
  },
  {
    title: 'three visitors at once',
    play: async (stage) => {
      const all = await Promise.all(['ann', 'bob', 'cleo'].map((owner) => create(stage, owner, 'Hello')));
      for (const { sessionId } of all) await until(stage, sessionId, finished(1));
    },
  },
  {
    title: 'three visitors, of whom one leaves at once',
    isRace: true,
    play: async (stage) => {
      const { world, server } = stage;
      const all = await Promise.all(['ann', 'bob', 'cleo'].map((owner) => create(stage, owner, 'Hello')));
      const [, bob] = all.map(({ sessionId }) => sessionId);
      await world.time.during(
        server.commands.close({ commandId: 'close', sessionId: bob ?? '', owner: 'bob' })(),
      );
      for (const { sessionId } of all)
        await until(stage, sessionId, (state) => state.status === 'forgotten' || finished(1)(state));
    },
  },
];
