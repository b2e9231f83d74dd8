import { parse } from 'dotenv';
import fc from 'fast-check';
import { afterAll, describe, expect } from 'vitest';
import type { ServiceProvider } from '../../commands/ports/services.ts';
import { OUTAGE } from '../../commands/testing/providers.ts';
import { coldSession, isAtRest, isReady, visitorOf } from '../../commands/testing/visits.ts';
import {
  createTestWorld,
  factsOf,
  historyOf,
  inACloud,
  liveResources,
  NOTHING,
  ONE_OF_EACH,
  startTestServer,
  type TestWorld,
} from '../../commands/testing/world.ts';
import { resourceName, SERVICES, type ServiceName } from '../../domain/services.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { holds } from '../../domain/testing/property.ts';
import { RUN, reach, SEED } from '../../domain/testing/reach.ts';

/** Histories of each kind: about 20 ms of a core each. */
const RUNS = reach({ short: 300, full: 1_500, long: 20_000 });
const TIMEOUT_MS = RUN === 'long' ? 3_600_000 : 240_000;
const shared = { exclusive: false } as const;
const HOUR_MS = 3_600_000;

/** One that shows a key once only, as Resend does: whoever asks again is given another, and the one before is no longer good. */
const showingKeysOnce = (provider: ServiceProvider) => {
  let given = 0;
  const keyOf = (n: number): string => `re_key_${n}`;
  const once: ServiceProvider = {
    ...provider,
    provision: (request) => async () => {
      given += 1;
      const key = keyOf(given);
      const answer = await provider.provision(request)();
      return answer._tag === 'Left'
        ? answer
        : { ...answer, right: { ...answer.right, env: { ...answer.right.env, RESEND_API_KEY: key } } };
    },
  };
  return { once, good: () => keyOf(given) };
};

/** Prompts the agent was given by an attempt that, at that moment, was not the one the log had. */
const watchingPrompts = (world: TestWorld, sessionOf: () => string) => {
  const foreign: string[] = [];
  const agent: TestWorld['agent'] = {
    ...world.agent,
    prompt: async function* (sandbox, token, prompt, signal) {
      const started = await factsOf(world, sessionOf(), 'TurnStarted');
      const current = started.at(-1)?.attemptId;
      if (prompt.text !== undefined && prompt.promptId !== current) foreign.push(prompt.promptId);
      yield* world.agent.prompt(sandbox, token, prompt, signal);
    },
  };
  return { agent, foreign };
};

afterAll(() => {
  process.stdout.write(`standing still: ${4 * RUNS} histories of two servers; MK0R_SEED=${SEED}\n`);
});

/** When it begins, how long it lasts, and which of the servers it is. */
const stops = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 2_000 }),
    forMs: fc.integer({ min: 100, max: 150_000 }),
    which: fc.nat(1),
  }),
  { minLength: 1, maxLength: 5 },
);

const fates = fc.array(fc.constantFrom<('ok' | typeof OUTAGE)[]>('ok', OUTAGE), { maxLength: 4 });

describe('two servers over one log, of which now one and now the other stands still', () => {
  holds(
    'have one of everything in the end, the key that is good, and a turn that was asked and ended by one of them',
    [fc.nat(1_000_000), stops, fates],
    async (seed, times, answers) => {
      const world = createTestWorld({ seed });
      world.providers.github.next(...answers);
      world.providers.neon.next(...answers.toReversed());
      const mail = showingKeysOnce(world.providers.resend);
      let sessionId = '';
      const { agent, foreign } = watchingPrompts(world, () => sessionId);
      const place = inACloud({
        ...world,
        agent,
        providers: { ...world.providers, resend: { ...world.providers.resend, ...mail.once } },
      });
      world.agent.will({ says: 'I begin.' }, { edits: 'src/app.tsx' }, { says: 'Done.' });
      const first = await coldSession(place, 'A habit tracker', shared);
      sessionId = first.sessionId;
      const other = startTestServer(place, shared);
      const servers = [first.server, other];
      for (const { afterMs, forMs, which } of times) {
        await world.time.pass(afterMs);
        servers[which]?.standStill(forMs);
      }
      const state = () => other.session(sessionId);
      const isOver = (): boolean =>
        state()?.turns.every(({ status }) => status === 'finished' || status === 'failed') === true;
      const isWritten = (service: ServiceName): boolean => state()?.env?.services.includes(service) === true;
      const isParked = (service: ServiceName): boolean => state()?.steps[service]?.status === 'parked';
      const isSettled = (): boolean => SERVICES.every((service) => isWritten(service) || isParked(service));
      await world.time.until(() => isReady(state()) && isOver() && isSettled(), HOUR_MS);
      // The last of five attempts may be one that a server that stood still never made: its owner asks for another.
      for (const service of SERVICES.filter(isParked))
        await world.time.during(other.commands.retryService({ ...visitorOf(sessionId), service })());
      await world.time.until(() => SERVICES.every(isWritten), HOUR_MS);
      await world.time.pass(300_000);

      expect(liveResources(world)).toEqual(ONE_OF_EACH);
      const kept = await world.vault.all(sessionId)();
      expect(kept).toMatchObject({ right: { RESEND_API_KEY: mail.good() } });
      const file = parse(world.sandboxes.files(resourceName(first.slug)).get('/app/.env') ?? '');
      expect(file).toMatchObject({ RESEND_API_KEY: mail.good() });
      expect(Object.keys(file)).toContain('DATABASE_URL');
      expect(foreign).toEqual([]);
      const types = (await historyOf(world, sessionId)).map(({ type }) => type);
      const ends = types.filter((type) => type === 'TurnFinished' || type === 'TurnFailed');
      expect(ends).toHaveLength(1);
      expect(types.filter((type) => type === 'SessionReady')).toHaveLength(1);
    },
    { runs: RUNS, timeoutMs: TIMEOUT_MS },
  );
});

/** What its owner asks for, and what befalls the sandbox; each may be refused, or find nothing to do. */
const wishes = fc.array(fc.constantFrom('turn', 'undo', 'redo', 'undo with data', 'exit', 'nothing'), {
  minLength: 5,
  maxLength: 5,
});

describe('code and repository, where servers stand still while their owner goes on', () => {
  holds(
    'stand where the log says, in the end',
    [fc.nat(1_000_000), wishes, stops],
    async (seed, asked, times) => {
      const world = createTestWorld({ seed });
      const place = inACloud(world);
      const { server: first, sessionId, slug } = await coldSession(place, 'A habit tracker', shared);
      const second = startTestServer(place, shared);
      const state = () => second.session(sessionId);
      await world.time.until(() => isAtRest(state()) && state()?.pushed === state()?.history?.at, HOUR_MS);

      const ask = async (wish: string): Promise<void> => {
        const by = visitorOf(sessionId);
        world.agent.will({ edits: `src/${by.commandId}.tsx` });
        const data = wish === 'undo with data' ? 'restore' : 'keep';
        if (wish === 'exit') world.sandboxes.exits(resourceName(slug));
        else if (wish === 'turn') await second.commands.submitTurn({ ...by, prompt: 'More' })();
        else if (wish !== 'nothing')
          await second.commands.moveHistory({ ...by, to: wish === 'redo' ? 'redo' : 'undo', data })();
      };
      for (const [index, wish] of asked.entries()) {
        void ask(wish);
        const { afterMs, forMs, which } = times[index] ?? { afterMs: 2_000, forMs: 0, which: 0 };
        await world.time.pass(afterMs);
        if (forMs > 0) [first, second][which]?.standStill(forMs);
      }
      await world.time.pass(HOUR_MS);
      await world.time.during(second.commands.wake(visitorOf(sessionId))());
      await world.time.pass(HOUR_MS);

      const git = world.sandboxes.git(resourceName(slug));
      const { history, pushed, sandbox, turns } = state() ?? {};
      expect(turns?.filter(({ status }) => status === 'queued' || status === 'running')).toEqual([]);
      expect({ sandbox: sandbox?.status, at: git.head(), pushed: git.pushed(), log: pushed }).toEqual({
        sandbox: 'awake',
        at: history?.at,
        pushed: history?.at,
        log: history?.at,
      });
      expect(liveResources(world)).toEqual(ONE_OF_EACH);
    },
    { runs: RUNS, timeoutMs: TIMEOUT_MS },
  );
});

describe('a session that is closed while servers stand still', () => {
  holds(
    'leaves nothing behind, and needs no sweep for it',
    [fc.nat(1_000_000), fc.integer({ min: 0, max: 2_000 }), stops],
    async (seed, closedAfterMs, times) => {
      const world = createTestWorld({ seed });
      const place = inACloud(world);
      const { server: first, sessionId } = await coldSession(place, 'A habit tracker', shared);
      const second = startTestServer(place, shared);
      world.clock.after(closedAfterMs, () => void second.commands.close(visitorOf(sessionId))());
      for (const { afterMs, forMs, which } of times) {
        await world.time.pass(afterMs);
        [first, second][which]?.standStill(forMs);
      }
      await world.time.pass(HOUR_MS);
      expect(second.session(sessionId)?.status).toBe('forgotten');
      expect(liveResources(world)).toEqual(NOTHING);
    },
    { runs: RUNS, timeoutMs: TIMEOUT_MS },
  );
});

describe('a pool whose servers stand still while visitors come', () => {
  const TARGET = 2;

  holds(
    'gives no session to two of them, loses none, and is full again in the end',
    [fc.nat(1_000_000), fc.array(fc.tuple(fc.nat(1), fc.nat(3_000)), { minLength: 1, maxLength: 6 }), stops],
    async (seed, visits, times) => {
      const world = createTestWorld({ seed });
      const place = inACloud(world);
      const settings = { ...shared, poolTarget: TARGET };
      const servers = [startTestServer(place, settings), startTestServer(place, settings)];
      const given: string[] = [];
      for (const [index, [which, afterMs]] of visits.entries())
        world.clock.after(afterMs, () => {
          const visit = { commandId: `visit-${index}`, owner: `visitor-${index}`, residentialIp: false };
          void servers[which]
            ?.create(visit)()
            .then((created) => given.push(rightOf(created).sessionId));
        });
      for (const { afterMs, forMs, which } of times) {
        await world.time.pass(afterMs);
        servers[which]?.standStill(forMs);
      }
      await world.time.pass(HOUR_MS / 6);

      expect(given).toHaveLength(visits.length);
      expect(new Set(given).size).toBe(visits.length);
      const sessions = [...(servers[0]?.context.directory.sessions() ?? [])];
      const open = sessions.filter(({ status }) => status === 'open');
      expect(open.filter((state) => !isReady(state))).toEqual([]);
      expect(open.filter(({ claim }) => claim !== undefined)).toHaveLength(visits.length);
      expect(open).toHaveLength(visits.length + TARGET);
      expect(Object.values(liveResources(world)).every((count) => count === open.length)).toBe(true);
    },
    { runs: RUNS, timeoutMs: TIMEOUT_MS },
  );
});
