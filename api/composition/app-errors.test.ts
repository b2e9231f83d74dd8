import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../commands/ports/sandboxes.ts';
import { causedBy } from '../../commands/process-managers/context.ts';
import { isReady } from '../../commands/testing/visits.ts';
import { createTestWorld, factsOf, startTestServer } from '../../commands/testing/world.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { createAppErrors } from './app-errors.ts';

const CRASH = `error when starting dev server:
Error: Cannot find package 'left-pad'
[dev server ended: exit code 1; starting it again in 500 ms]
`;

/** A session that is ready, and errors of its app, whose dev server has printed this. */
const app = async (printed: string) => {
  const world = createTestWorld();
  const server = startTestServer(world, { poolTarget: 0 });
  const { sessionId, slug } = rightOf(
    await world.time.during(server.create({ commandId: 'create', owner: 'ada', residentialIp: false })()),
  );
  await world.time.until(() => isReady(server.session(sessionId)));
  let looks = 0;
  const sandbox = {
    devServer: () => async () => {
      looks += 1;
      return E.right({ state: printed === CRASH ? 'crashed' : 'ready', log: printed } as const);
    },
  } as unknown as Sandbox;
  const errors = createAppErrors(server.context, async () => sandbox);
  const recorded = () => factsOf(world, sessionId, 'AppErrorSeen');
  /** Until the log has one, and whoever follows it has read that. */
  const untilRecorded = () => world.time.until(() => server.session(sessionId)?.appErrors.length === 1);
  return { world, errors, sessionId, slug, recorded, untilRecorded, looks: () => looks };
};

test('an error in the page is recorded once, however often it is said, and its words are not in the log', async () => {
  const { world, errors, sessionId, recorded } = await app('');
  for (const place of ['7:18', '9:2']) {
    const seen = { source: 'page', message: `habits is not iterable (${place})` } as const;
    const noted = await world.time.during(errors.note(sessionId, seen, causedBy('test', place))());
    expect(E.isRight(noted)).toBe(true);
  }
  const facts = await recorded();
  expect(facts).toHaveLength(1);
  expect(facts[0]).toMatchObject({ source: 'page', fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(JSON.stringify(facts)).not.toContain('iterable');
});

test('a route that fails is recorded with what the server printed, looked at once for many', async () => {
  const { errors, slug, recorded, untilRecorded, looks } = await app(
    'GET /api/habits: error: no such column\n    at x\n',
  );
  for (let request = 0; request < 5; request += 1)
    errors.failed(slug, { message: 'GET /api/habits answered 500' });
  await untilRecorded();
  expect(await recorded()).toHaveLength(1);
  expect(looks()).toBe(1);
});

test('an app that does not answer has crashed where its dev server ended, and starts otherwise', async () => {
  const crashed = await app(CRASH);
  expect(await crashed.world.time.during(crashed.errors.silent(crashed.slug))).toBe('crashed');
  await crashed.untilRecorded();
  const starting = await app('  VITE v8  ready in 300 ms\n');
  expect(await starting.world.time.during(starting.errors.silent(starting.slug))).toBe('starting');
  expect(await starting.recorded()).toEqual([]);
});
