import { describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import { coldSession, visitorOf } from '../testing/visits.ts';
import { factsOf, historyOf } from '../testing/world.ts';

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

  /** Two turns, each with a row that the app wrote after it. */
  const withData = async () => {
    const visit = await twoTurns();
    const { world, server, sessionId, slug } = visit;
    const { neon } = world.providers;
    await world.time.until(() => server.session(sessionId)?.checkpointDue === undefined);
    neon.write(slug, 'of the visitor');
    const move = async (commandId: string, to: 'undo' | 'redo', data: 'keep' | 'restore') => {
      const moves = (await factsOf(world, sessionId, 'HistoryMoved')).length;
      await world.time.during(
        server.commands.moveHistory({ ...visitorOf(sessionId, commandId), to, data })(),
      );
      await world.time.until(() => server.session(sessionId)?.history?.move === undefined);
      await world.time.pass(1_000);
      return (await factsOf(world, sessionId, 'HistoryMoved')).slice(moves);
    };
    return { ...visit, neon, move };
  };

  test('undo with the data takes both back, and redo brings what was there before', async () => {
    const { neon, slug, move, git, first, second } = await withData();
    expect(await move('back', 'undo', 'restore')).toMatchObject([{ data: 'restored' }]);
    expect([git.head(), neon.rowsOf(slug)]).toEqual([first, []]);
    neon.write(slug, 'written since');
    expect(await move('forth', 'redo', 'restore')).toMatchObject([{ data: 'restored' }]);
    expect([git.head(), neon.rowsOf(slug)]).toEqual([second, ['of the visitor']]);
    await move('back again', 'undo', 'restore');
    expect(neon.rowsOf(slug)).toEqual(['written since']);
  });

  test('where the data cannot follow, the code goes back to it', async () => {
    const { world, server, sessionId, slug, neon, git, second } = await withData();
    const [kept] = server.session(sessionId)?.checkpoints ?? [];
    neon.losesCopy(slug, kept?.checkpointId ?? '');
    await world.time.during(
      server.commands.moveHistory({ ...visitorOf(sessionId, 'back'), to: 'undo', data: 'restore' })(),
    );
    await world.time.until(() => server.session(sessionId)?.steps.history_move?.status === 'parked');
    expect([git.head(), neon.rowsOf(slug)]).toEqual([second, ['of the visitor']]);
  });

  test('a turn waits until the data is kept as the turn before has left it', async () => {
    const { world, server, sessionId } = await withData();
    const turns = ['third', 'fourth'];
    for (const id of turns)
      await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId, id), prompt: id })());
    await world.time.until(() => server.session(sessionId)?.turns[3]?.status === 'finished');
    await world.time.until(() => server.session(sessionId)?.checkpointDue === undefined);
    const types = (await historyOf(world, sessionId)).map(({ type }) => type);
    const wanted = types.filter((type) => /^(TurnStarted|TurnFinished|CheckpointTaken)$/.test(type));
    expect(wanted.join(' ')).toBe(`CheckpointTaken${' TurnStarted TurnFinished CheckpointTaken'.repeat(4)}`);
  });
});
