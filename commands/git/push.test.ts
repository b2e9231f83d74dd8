import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { OUTAGE } from '../testing/providers.ts';
import { coldSession, isAtRest } from '../testing/visits.ts';
import { createTestWorld, factsOf } from '../testing/world.ts';

describe('a commit whose repository is mirrored', () => {
  test('counts as pushed only when the mirror has it, and is tried again until then', async () => {
    const world = createTestWorld();
    const mirrored: string[] = [];
    let refusals = 2;
    world.github = {
      ...world.github,
      mirror: ({ sha }) => {
        refusals -= 1;
        if (refusals >= 0) return TE.left(OUTAGE);
        mirrored.push(sha);
        return TE.right(undefined);
      },
    };
    const { server, sessionId } = await coldSession(world, 'A habit tracker');
    world.agent.will({ edits: 'src/app.tsx' });
    await world.time.until(() => isAtRest(server.session(sessionId)));
    const state = () => server.session(sessionId);
    await world.time.until(() => state()?.pushed !== undefined && state()?.pushed === state()?.history?.at);

    const pushed = await factsOf(world, sessionId, 'CommitPushed');
    expect(pushed.map(({ sha }) => sha)).toEqual(mirrored);
    const failures = (await factsOf(world, sessionId, 'StepFailed')).filter(({ step }) => step === 'push');
    expect(failures.map(({ error }) => error.code)).toEqual([OUTAGE.code, OUTAGE.code]);
  });
});
