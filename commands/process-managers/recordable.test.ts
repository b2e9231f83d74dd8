import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import { right } from '../../domain/testing/outcome.ts';
import { coldSession, isAtRest, visitorOf } from '../testing/visits.ts';
import { factsOf, historyOf, type TestWorld } from '../testing/world.ts';

const FILE = 'src/anna-and-the-divorce.tsx';

/** From now on every command in the sandboxes of this world ends with these words. */
const failWith = ({ sandboxes }: TestWorld, stderr: string): void => {
  const { running } = sandboxes;
  Object.assign(sandboxes, {
    running: (name: string) => {
      const sandbox = running(name);
      return sandbox && { ...sandbox, exec: () => TE.right({ exitCode: 1, stdout: '', stderr }) };
    },
  });
};

test('what a failed command printed is kept as words of the session are, and a secret in it is not kept', async () => {
  const { world, server, sessionId, slug } = await coldSession(undefined, 'A habit tracker');
  await world.time.until(() => isAtRest(server.session(sessionId)));
  const secret = (await right(world.vault.all(sessionId))).DATABASE_URL ?? '';
  expect(world.sandboxes.files(resourceName(slug)).get('/app/.env')).toContain(secret);
  failWith(world, `checking\nmkdir: cannot create ${FILE} for ${secret}: not now\n`);
  const save = { ...visitorOf(sessionId), path: FILE, content: 'one', base: null };
  await world.time.during(server.commands.saveFile(save)());
  await world.time.until(() => server.session(sessionId)?.steps.file_save?.status === 'parked');

  const written = JSON.stringify(await historyOf(world, sessionId));
  expect(written).toContain('A command in the sandbox failed (exit 1).');
  expect(written).not.toContain('divorce');
  const read = await right(server.context.reader.session(sessionId));
  const failed = read.filter(({ type }) => type === 'StepFailed' || type === 'StepParked');
  const detail = `mkdir: cannot create ${FILE} for [DATABASE_URL]: not now`;
  expect(failed.slice(-5).map(({ data }) => data)).toEqual(
    Array(5).fill(expect.objectContaining({ detail })),
  );
  expect(JSON.stringify(read)).not.toContain(secret);
});

test('what the agent says of its own failure is kept as its other words are', async () => {
  const { world, server, sessionId } = await coldSession(undefined, 'A habit tracker');
  await world.time.until(() => isAtRest(server.session(sessionId)));
  world.agent.will({ fails: 'Anna’s divorce is too much for me' });
  await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Go on' })());
  await world.time.until(() => isAtRest(server.session(sessionId)));
  expect(JSON.stringify(await historyOf(world, sessionId))).not.toContain('divorce');
  expect(await factsOf(world, sessionId, 'TurnFailed')).toMatchObject([
    { error: { message: 'The agent ended with an error.' } },
  ]);
  const read = E.getOrElseW(() => [])(await server.context.reader.session(sessionId)());
  expect(read.find(({ type }) => type === 'TurnFailed')?.data).toMatchObject({
    detail: 'Anna’s divorce is too much for me',
  });
});
