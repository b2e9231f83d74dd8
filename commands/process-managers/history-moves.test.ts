import { describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import { coldSession, visitorOf } from '../testing/visits.ts';
import { factsOf } from '../testing/world.ts';

describe('moving through the history', () => {
  const twoTurns = async () => {
    const visit = await coldSession(undefined, 'First');
    const { world, server, sessionId, slug } = visit;
    world.agent.will({ edits: 'src/app.tsx' });
    await world.time.during(
      server.commands.submitTurn({ ...visitorOf(sessionId, 'second'), prompt: 'Second' })(),
    );
    await world.time.until(() => server.session(sessionId)?.turns[1]?.status === 'finished');
    const [first, second] = await factsOf(world, sessionId, 'TurnCommitted');
    const git = world.sandboxes.git(resourceName(slug));
    await world.time.until(() => git.pushed() === second?.sha);
    return { ...visit, git, first: first?.sha, second: second?.sha };
  };

  test('undo takes the code back, and the repository follows', async () => {
    const { world, server, sessionId, git, first } = await twoTurns();
    await world.time.during(
      server.commands.moveHistory({ ...visitorOf(sessionId), to: 'undo', data: 'keep' })(),
    );
    await world.time.until(() => git.pushed() === first);
    expect(git.head()).toBe(first);
    expect(server.session(sessionId)?.history?.at).toBe(first);
  });

  test('an undo that is repeated with its command id is done once', async () => {
    const { world, server, sessionId, git, first } = await twoTurns();
    const undo = { ...visitorOf(sessionId), to: 'undo', data: 'keep' } as const;
    const answers = [await world.time.during(server.commands.moveHistory(undo)())];
    await world.time.until(() => git.pushed() === first);
    answers.push(await world.time.during(server.commands.moveHistory(undo)()));
    await world.time.pass(5_000);
    expect(git.head()).toBe(first);
    expect(await factsOf(world, sessionId, 'HistoryMoved')).toHaveLength(1);
    expect(answers[1]).toMatchObject({
      _tag: 'Right',
      right: { revision: answers[0]?._tag === 'Right' ? answers[0].right.revision : -1 },
    });
  });

  test('a move that cannot be made is over in the end, and the next turn runs', async () => {
    const { world, server, sessionId, git, slug } = await twoTurns();
    const root = server.session(sessionId)?.history?.root ?? '';
    git.forget(root);
    await world.time.during(
      server.commands.moveHistory({ ...visitorOf(sessionId), to: { sha: root }, data: 'keep' })(),
    );
    await world.time.until(() => server.session(sessionId)?.steps.history_move?.status === 'parked');
    await world.time.during(
      server.commands.submitTurn({ ...visitorOf(sessionId, 'third'), prompt: 'Third' })(),
    );
    await world.time.until(() => server.session(sessionId)?.turns[2]?.status === 'finished');
    expect(world.sandboxes.running(resourceName(slug))).toBeDefined();
  });
});
