import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import { OUTAGE } from '../testing/providers.ts';
import { coldSession, isAtRest, isReady, visitorOf } from '../testing/visits.ts';
import { factsOf, historyOf, startTestServer } from '../testing/world.ts';

/** Two turns, each with a row that the app wrote before its end. */
const app = async (poolTarget = 0) => {
  const visit = await coldSession(undefined, 'First', { poolTarget });
  const { world, server, sessionId, slug } = visit;
  const { neon } = world.providers;
  const rests = () => world.time.until(() => isAtRest(server.session(sessionId)));
  world.agent.will({ edits: 'src/app.tsx' });
  await rests();
  neon.write(slug, 'of the first');
  await world.time.during(
    server.commands.submitTurn({ ...visitorOf(sessionId, 'second'), prompt: 'Second' })(),
  );
  await world.time.until(() => server.session(sessionId)?.turns[1]?.status === 'finished');
  await world.time.until(() => server.session(sessionId)?.checkpointDue === undefined);
  const [first, second] = await factsOf(world, sessionId, 'TurnCommitted');
  await world.time.until(() => server.session(sessionId)?.pushed === second?.sha);
  await world.time.until(() => [...server.context.directory.sessions()].filter(isReady).length > poolTarget);
  const fork = async (commit = second?.sha ?? '', data: 'kept' | 'empty' = 'kept', commandId = 'fork') => {
    const words = { title: 'Habits', version: 'Second' };
    const command = {
      commandId,
      owner: 'ann',
      residentialIp: false,
      fork: { from: sessionId, commit, data, ...words },
    };
    const created = await world.time.during(server.create(command)());
    if (E.isLeft(created)) return created.left;
    return created.right;
  };
  const forked = async (...args: Parameters<typeof fork>) => {
    const created = await fork(...args);
    if (!('slug' in created)) throw new Error(JSON.stringify(created));
    const state = () => server.session(created.sessionId);
    const step = (name: 'fork_code' | 'fork_data') => state()?.steps[name]?.status;
    return { ...created, state, step, git: () => world.sandboxes.git(resourceName(created.slug)) };
  };
  return { ...visit, neon, first: first?.sha ?? '', second: second?.sha ?? '', fork, forked };
};

describe('a fork', () => {
  test.each([
    ['warm', 1, 'pool'],
    ['cold', 0, 'cold'],
  ])(
    'stands at the version with its data, and is pushed to a repository of its own: %s',
    async (_, target, source) => {
      const { world, neon, second, forked } = await app(target);
      const { slug, state, step, git, source: from } = await forked();
      expect(from).toBe(source);
      await world.time.until(() => step('fork_code') === 'done');
      await world.time.until(() => git().pushed() === second);
      expect([git().head(), neon.rowsOf(slug)]).toEqual([second, ['of the first']]);
      expect(state()?.history).toMatchObject({ root: second, at: second });
    },
  );

  test('of the first version with an empty database has no rows', async () => {
    const { world, neon, first, forked } = await app();
    const { slug, step, git } = await forked(first, 'empty');
    await world.time.until(() => step('fork_code') === 'done');
    expect([git().head(), neon.rowsOf(slug), step('fork_data')]).toEqual([first, [], undefined]);
  });

  test('leaves the session it is of as it was: its log, its code and its rows', async () => {
    const { world, server, sessionId, slug, neon, first, forked } = await app();
    const before = [(await historyOf(world, sessionId)).length, neon.rowsOf(slug), neon.copiesOf(slug)];
    const { sessionId: other, step } = await forked(first);
    await world.time.until(() => step('fork_code') === 'done');
    neon.write(server.session(other)?.slug ?? '', 'of the fork alone');
    expect([(await historyOf(world, sessionId)).length, neon.rowsOf(slug), neon.copiesOf(slug)]).toEqual(
      before,
    );
  });

  test('has keys and an env file of its own', async () => {
    const { world, slug, forked } = await app();
    const { slug: other, step } = await forked();
    await world.time.until(() => step('fork_code') === 'done');
    const file = world.sandboxes.files(resourceName(other)).get('/app/.env') ?? '';
    expect(file).toContain(`value-of-${other}`);
    expect(file).not.toContain(slug);
  });

  test('that is asked for twice is one', async () => {
    const { fork, world, server } = await app();
    const [one, two] = [await fork(), await fork()];
    expect(two).toMatchObject({ sessionId: 'sessionId' in one ? one.sessionId : '' });
    await world.time.pass(1_000);
    expect([...server.context.directory.sessions()]).toHaveLength(2);
  });

  test('gets what was never pushed from the sandbox of the other', async () => {
    const { world, sessionId, slug, server, neon, forked } = await app();
    world.providers.github.down(OUTAGE);
    world.agent.will({ edits: 'src/app.tsx' });
    await world.time.during(
      server.commands.submitTurn({ ...visitorOf(sessionId, 'third'), prompt: 'Third' })(),
    );
    await world.time.until(() => server.session(sessionId)?.turns[2]?.status === 'finished');
    await world.time.until(() => server.session(sessionId)?.checkpointDue === undefined);
    const third = world.sandboxes.git(resourceName(slug)).head();
    const { git, step } = await forked(third);
    await world.time.until(() => step('fork_code') === 'done');
    expect(git().head()).toBe(third);
    expect(neon.rowsOf(slug)).toEqual(['of the first']);
  });

  test('whose data is gone for good has its code, says so when it is asked for the data, and is worked on', async () => {
    const { world, server, slug, neon, second, forked } = await app();
    const kept = server.session((await forked(second, 'empty', 'look')).sessionId);
    expect(kept).toBeDefined();
    const checkpoint = neon.copiesOf(slug).at(-1) ?? '';
    const { sessionId: other, slug: otherSlug, step, git } = await forked(second, 'kept', 'without');
    neon.losesCopy(slug, checkpoint);
    await world.time.until(() => step('fork_code') === 'done');
    expect([step('fork_data'), git().head(), neon.rowsOf(otherSlug)]).toEqual(['parked', second, []]);
    const again = await world.time.during(server.commands.retryFork(visitorOf(other))());
    expect(again).toMatchObject({ left: { refusal: { tag: 'ForkGone' } } });
    await world.time.during(server.commands.submitTurn({ ...visitorOf(other, 'on'), prompt: 'Go on' })());
    await world.time.until(() => server.session(other)?.turns[0]?.status === 'finished');
  });

  test('goes on where a server that was killed had left it', async () => {
    const { world, server, neon, second, forked } = await app();
    const { sessionId, slug, step } = await forked();
    await world.time.until(() => step('fork_data') === 'running');
    server.crash();
    const next = startTestServer(world);
    await world.time.until(() => next.session(sessionId)?.steps.fork_code?.status === 'done');
    expect([world.sandboxes.git(resourceName(slug)).head(), neon.rowsOf(slug)]).toEqual([
      second,
      ['of the first'],
    ]);
  });
});
