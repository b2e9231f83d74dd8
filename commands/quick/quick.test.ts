import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { QUICK_ROOT } from '../../domain/session/history.ts';
import { dueSteps } from '../../domain/session/process-managers/due.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { rootId } from '../git/objects.ts';
import { createModelLedger } from '../model/ledger.ts';
import { pageSaying } from '../testing/page-writer.ts';
import {
  createTestWorld,
  factsOf,
  historyOf,
  liveResources,
  NOTHING,
  ONE_OF_EACH,
  startTestServer,
  type TestServer,
  type TestWorld,
} from '../testing/world.ts';
import { readKeptPage } from './kept-pages.ts';

type Quick = { readonly world: TestWorld; readonly server: TestServer; readonly sessionId: string };

const begun = async (prompt: string | undefined, world = createTestWorld()): Promise<Quick> => {
  const server = startTestServer(world);
  await server.caughtUp;
  const command = { commandId: 'c', owner: 'ann', residentialIp: false, mode: 'quick' } as const;
  const { sessionId } = rightOf(
    await world.time.during(server.create(prompt === undefined ? command : { ...command, prompt })()),
  );
  return { world, server, sessionId };
};

const stateOf = ({ server, sessionId }: Quick) => {
  const state = server.session(sessionId);
  if (state === undefined) throw new Error('there is no such session');
  return state;
};

const ended = (quick: Quick): Promise<void> =>
  quick.world.time.until(() =>
    stateOf(quick).turns.every(({ status }) => !['queued', 'running', 'cancelling'].includes(status)),
  );

const written = async (prompt = 'A list of books'): Promise<Quick> => {
  const quick = await begun(prompt);
  await ended(quick);
  return quick;
};

let commands = 0;
const command = ({ sessionId }: Quick) => {
  commands += 1;
  return { commandId: `command-${commands}`, owner: 'ann', sessionId };
};

const say = async (quick: Quick, prompt: string): Promise<void> => {
  await quick.world.time.during(quick.server.commands.submitTurn({ ...command(quick), prompt })());
  await ended(quick);
};

const pageOf = async ({ world, sessionId, ...quick }: Quick): Promise<string | undefined> => {
  const values = await world.vault.all(sessionId)();
  const at = stateOf({ world, sessionId, ...quick }).history?.at ?? '';
  return E.isRight(values) ? readKeptPage(values.right, at)?.content : undefined;
};

const move = async (quick: Quick, to: 'undo' | 'redo'): Promise<void> => {
  await quick.world.time.during(quick.server.commands.moveHistory({ ...command(quick), to, data: 'keep' })());
  await quick.world.time.until(() => stateOf(quick).history?.move === undefined);
};

const upgrade = (quick: Quick) => quick.world.time.during(quick.server.commands.upgrade(command(quick))());
const upgraded = async (quick: Quick): Promise<void> => {
  await upgrade(quick);
  await quick.world.time.until(() => stateOf(quick).readyAt !== undefined);
  await ended(quick);
};

describe('a quick page', () => {
  test('is written without a sandbox, a service, or a claim of the pool', async () => {
    const quick = await written();
    expect(await pageOf(quick)).toBe(pageSaying('A list of books'));
    expect(liveResources(quick.world)).toEqual(NOTHING);
    expect(stateOf(quick).turns).toMatchObject([{ status: 'finished' }]);
    const { now } = quick.world.clock;
    expect(dueSteps(stateOf(quick), { now: now(), runner: 'another', exclusive: true })).toEqual([]);
  });

  test('is there at once where nothing was asked for yet', async () => {
    const quick = await begun(undefined);
    expect(stateOf(quick)).toMatchObject({ mode: 'quick', history: { at: QUICK_ROOT } });
    expect(QUICK_ROOT).toBe(rootId());
  });

  test('is changed by the next message, and what was asked before is told with it', async () => {
    const quick = await written();
    await say(quick, 'Make it dark');
    expect(await pageOf(quick)).toBe(pageSaying('Make it dark'));
    expect(quick.world.writer.requests().at(-1)).toMatchObject({
      prompt: 'Make it dark',
      earlier: ['A list of books'],
      page: pageSaying('A list of books'),
    });
  });

  test('goes back to a version, and on again; a message after that is not told what was undone', async () => {
    const quick = await written();
    await say(quick, 'Make it dark');
    await move(quick, 'undo');
    expect(await pageOf(quick)).toBe(pageSaying('A list of books'));
    await move(quick, 'redo');
    expect(await pageOf(quick)).toBe(pageSaying('Make it dark'));
    await move(quick, 'undo');
    await say(quick, 'Add a field');
    expect(quick.world.writer.requests().at(-1)?.earlier).toEqual(['A list of books']);
  });

  test('is a version only as a whole: the log has neither its words nor what was asked', async () => {
    const quick = await written('Something about Ada');
    const [commit] = await factsOf(quick.world, quick.sessionId, 'TurnCommitted');
    expect(commit).toMatchObject({ sha: stateOf(quick).history?.at, parent: QUICK_ROOT });
    expect(JSON.stringify(await historyOf(quick.world, quick.sessionId))).not.toContain('Ada');
  });

  test('stays as it was where the model fails, and where nothing is to be changed', async () => {
    const quick = await written();
    quick.world.writer.will({ writes: '<!doctype html><html><p>half' }, 'fails');
    await say(quick, 'Make it blue');
    quick.world.writer.will({ says: 'It is blue already.' });
    await say(quick, 'Make it blue again');
    expect(await pageOf(quick)).toBe(pageSaying('A list of books'));
    expect(stateOf(quick).turns.map(({ status }) => status)).toEqual(['finished', 'failed', 'finished']);
  });

  test.each([
    ['is cut off', '<!doctype html><html><p>half'],
    ['has a script that cannot be read', '<!doctype html><html><script>let (</script></html>'],
    ['is none', 'Hello'],
    ['is too large', `<!doctype html><html>${'x'.repeat(256 * 1024)}</html>`],
  ])('that %s is written again once, and never shown as finished', async (_, page) => {
    const quick = await written();
    quick.world.writer.will({ writes: page });
    await say(quick, 'Make it blue');
    expect(quick.world.writer.requests().slice(1)).toMatchObject([
      { prompt: 'Make it blue' },
      { prompt: 'Make it blue', findings: expect.stringContaining('page:') },
    ]);
    expect(await factsOf(quick.world, quick.sessionId, 'TurnFailed')).toMatchObject([
      { error: { code: 'page_unusable' } },
    ]);
    expect(await pageOf(quick)).toBe(pageSaying('A list of books'));
  });

  test('says that there is no budget for it where the model refused it for that', async () => {
    const quick = await begun('A list of books');
    quick.world.writer.will({ says: 'A moment.' }, 'fails');
    await quick.world.time.until(() => stateOf(quick).turns[0]?.status === 'running');
    const ledger = createModelLedger(
      quick.server.context,
      { sessionMicros: 1, dayMicros: 1 },
      new AbortController().signal,
    );
    const call = { model: 'haiku', reservedMicros: 2, limitMs: 1_000 };
    expect(await quick.world.time.during(ledger.start(quick.sessionId, call))).toMatchObject({
      kind: 'exhausted',
    });
    await ended(quick);
    expect(await factsOf(quick.world, quick.sessionId, 'TurnFailed')).toMatchObject([
      { error: { code: 'budget_exhausted' } },
    ]);
  });

  test('is stopped when its owner says so', async () => {
    const quick = await begun('A list of books');
    quick.world.writer.will({ writes: '<!doctype html><html>' }, 'waits', { writes: '</html>' });
    await quick.world.time.until(() => stateOf(quick).turns[0]?.status === 'running');
    const turnId = stateOf(quick).turns[0]?.turnId ?? '';
    await quick.world.time.during(quick.server.commands.cancelTurn({ ...command(quick), turnId })());
    await ended(quick);
    expect(stateOf(quick).turns).toMatchObject([{ status: 'cancelled' }]);
    expect(await pageOf(quick)).toBeUndefined();
  });

  test('is shown as it comes, and no more once it has ended', async () => {
    const quick = await begun(undefined);
    const { pages } = quick.server.context;
    const half = '<!doctype html><html><p>half';
    quick.world.writer.will({ writes: half }, 'waits');
    await quick.world.time.during(
      quick.server.commands.submitTurn({ ...command(quick), prompt: 'A list' })(),
    );
    await quick.world.time.until(() => pages.of(quick.sessionId) !== undefined);
    const pieces = pages.of(quick.sessionId)?.pieces();
    expect(await pieces?.next()).toEqual({ done: false, value: half });
    const turnId = stateOf(quick).turns[0]?.turnId ?? '';
    await quick.world.time.during(quick.server.commands.cancelTurn({ ...command(quick), turnId })());
    await ended(quick);
    expect(await pieces?.next()).toEqual({ done: true, value: 'dropped' });
    expect(pages.of(quick.sessionId)).toBeUndefined();
  });

  test('is begun again by the next server where one was killed in the middle', async () => {
    const quick = await begun('A list of books');
    quick.world.writer.will({ writes: '<!doctype html><html><p>half' }, 'waits');
    await quick.world.time.until(() => quick.server.context.pages.of(quick.sessionId) !== undefined);
    quick.server.crash();
    quick.world.writer.will({ writes: pageSaying('whole') });
    const after = { ...quick, server: startTestServer(quick.world) };
    await after.server.caughtUp;
    expect(after.server.context.pages.of(after.sessionId)).toBeUndefined();
    await ended(after);
    expect(await pageOf(after)).toBe(pageSaying('whole'));
    expect(stateOf(after).turns).toMatchObject([{ status: 'finished', attempt: 2 }]);
  });

  test('is gone at once when it is deleted, and its versions with its key', async () => {
    const quick = await written();
    const sha = stateOf(quick).history?.at ?? '';
    await quick.world.time.during(quick.server.commands.close(command(quick))());
    await quick.world.time.until(() => stateOf(quick).status === 'forgotten');
    expect(await factsOf(quick.world, quick.sessionId, 'StepStarted')).toMatchObject([{ step: 'forget' }]);
    const values = await quick.world.vault.all(quick.sessionId)();
    expect(E.isRight(values) && readKeptPage(values.right, sha)).toBeUndefined();
  });
});

describe('a quick page that becomes a full app', () => {
  test('boots like any other, has its history in its repository, and is built from all that was asked', async () => {
    const quick = await written();
    await say(quick, 'Make it dark');
    await say(quick, 'Make it pink');
    await move(quick, 'undo');
    const shown = stateOf(quick).history?.at ?? '';
    await upgraded(quick);
    expect(liveResources(quick.world)).toEqual(ONE_OF_EACH);
    const [prompt = ''] = quick.world.agent.prompts();
    expect(prompt).toContain('["A list of books","Make it dark"]');
    expect(prompt).not.toContain('pink');
    const [{ sha, parent } = { sha: '' }] = await factsOf(quick.world, quick.sessionId, 'RepoInitialized');
    expect(parent).toBe(shown);
    expect(stateOf(quick)).toMatchObject({ mode: 'full', history: { root: sha } });
    expect(stateOf(quick).turns.at(-1)).toMatchObject({ status: 'finished' });
  });

  test('is still the same session: asked for twice, it becomes one once', async () => {
    const quick = await written();
    await upgraded(quick);
    expect(await upgrade(quick)).toMatchObject({ left: { refusal: { tag: 'NotQuick' } } });
    expect(await factsOf(quick.world, quick.sessionId, 'UpgradeRequested')).toHaveLength(1);
  });

  test('stays a page that works where its sandbox cannot be had, and may try again', async () => {
    const quick = await written();
    quick.world.sandboxes.refuses({ code: 'no_room', message: 'There is no room.', retryable: false });
    await upgrade(quick);
    await quick.world.time.until(() => stateOf(quick).mode === 'quick');
    expect(stateOf(quick).turns.at(-1)).toMatchObject({ status: 'failed' });
    await say(quick, 'Make it dark');
    expect(await pageOf(quick)).toBe(pageSaying('Make it dark'));

    quick.world.sandboxes.refuses(undefined);
    await upgraded(quick);
    expect(quick.world.agent.prompts()[0]).toContain('["A list of books","Make it dark"]');
    expect(liveResources(quick.world)).toEqual(ONE_OF_EACH);
  });

  test('gets there although its server is killed on the way', async () => {
    const quick = await written();
    await upgrade(quick);
    await quick.world.time.until(() => quick.world.sandboxes.names().length > 0);
    quick.server.crash();
    const after = { ...quick, server: startTestServer(quick.world) };
    await after.world.time.until(() => after.server.session(after.sessionId)?.readyAt !== undefined);
    await ended(after);
    expect(stateOf(after).mode).toBe('full');
    expect(liveResources(after.world)).toEqual(ONE_OF_EACH);
  });

  test('gives back what it has by then when it is deleted on the way', async () => {
    const quick = await written();
    await upgrade(quick);
    await quick.world.time.until(() => quick.world.providers.neon.live.size > 0);
    await quick.world.time.during(quick.server.commands.close(command(quick))());
    await quick.world.time.until(() => stateOf(quick).status === 'forgotten');
    expect(liveResources(quick.world)).toEqual(NOTHING);
  });
});
