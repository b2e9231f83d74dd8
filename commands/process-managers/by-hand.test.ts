import { parse } from 'dotenv';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import { blobOf } from '../testing/git.ts';
import { coldSession, isAtRest, visitorOf } from '../testing/visits.ts';
import { factsOf } from '../testing/world.ts';

const session = async () => {
  const visit = await coldSession(undefined, 'A habit tracker');
  const { world, server, sessionId, slug } = visit;
  await world.time.until(() => isAtRest(server.session(sessionId)));
  const state = () => server.session(sessionId);
  return {
    ...visit,
    state,
    git: world.sandboxes.git(resourceName(slug)),
    env: () => parse(world.sandboxes.files(resourceName(slug)).get('/app/.env') ?? ''),
    vault: async () => {
      const values = await world.vault.all(sessionId)();
      return E.isRight(values) ? values.right : {};
    },
    save: (path: string, content: string, base: string | null, commandId?: string) =>
      world.time.during(
        server.commands.saveFile({ ...visitorOf(sessionId, commandId), path, content, base })(),
      ),
    replace: (name: string, value?: string) =>
      world.time.during(
        server.commands.replaceVariable({
          ...visitorOf(sessionId),
          name,
          ...(value === undefined ? {} : { value }),
        })(),
      ),
  };
};

describe('a file that is saved by hand', () => {
  test('becomes a commit, and is pushed', async () => {
    const { world, sessionId, state, git, save } = await session();
    expect(await save('src/new.ts', 'one', null)).toMatchObject({ _tag: 'Right' });
    await world.time.until(() => state()?.save === undefined);
    const [saved] = await factsOf(world, sessionId, 'FileSaved');
    expect(saved?.sha).toBe(git.head());
    await world.time.until(() => git.pushed() === saved?.sha);
  });

  test('is renamed and deleted as a commit each, and what is there already is not replaced', async () => {
    const { world, server, sessionId, state, git, save } = await session();
    const change = async (path: string, base: string, to?: string) => {
      const command = { ...visitorOf(sessionId), path, base, ...(to === undefined ? {} : { to }) };
      await world.time.during(server.commands.changeFile(command)());
      await world.time.until(() => state()?.save === undefined);
    };
    await save('a.ts', 'one', null);
    await world.time.until(() => state()?.save === undefined);
    await save('b.ts', 'two', null);
    await world.time.until(() => state()?.save === undefined);
    await change('a.ts', blobOf('one'), 'b.ts');
    await change('a.ts', blobOf('one'), 'c.ts');
    await change('c.ts', blobOf('one'));
    expect(await factsOf(world, sessionId, 'FileSaved')).toHaveLength(4);
    expect(await factsOf(world, sessionId, 'FileSaveRefused')).toMatchObject([
      { error: { code: 'file_exists' } },
    ]);
    expect(state()?.history?.at).toBe(git.head());
  });

  test('of two tabs with the same file, the second is told', async () => {
    const { world, sessionId, state, save } = await session();
    await save('a.ts', 'one', null);
    await world.time.until(() => state()?.save === undefined);
    await save('a.ts', 'of one tab', blobOf('one'));
    await world.time.until(() => state()?.save === undefined);
    await save('a.ts', 'of the other', blobOf('one'));
    await world.time.until(() => state()?.save === undefined);
    expect(await factsOf(world, sessionId, 'FileSaved')).toHaveLength(2);
    expect(await factsOf(world, sessionId, 'FileSaveRefused')).toMatchObject([
      { error: { code: 'file_changed' } },
    ]);
  });

  test('is saved once, however often it was sent', async () => {
    const { world, sessionId, state, save } = await session();
    const first = await save('a.ts', 'one', null, 'the-same-command');
    await world.time.until(() => state()?.save === undefined);
    expect(await save('a.ts', 'one', null, 'the-same-command')).toMatchObject({
      right: { revision: E.isRight(first) ? first.right.revision : -1 },
    });
    expect(await factsOf(world, sessionId, 'FileSaveRequested')).toHaveLength(1);
  });

  test('that is refused leaves nothing of it anywhere', async () => {
    const { save, vault } = await session();
    expect(await save('../../etc/passwd', 'mine', null)).toMatchObject({
      left: { tag: 'Refused', refusal: { tag: 'FilePathInvalid' } },
    });
    expect(Object.keys(await vault()).filter((name) => name.startsWith('save:'))).toEqual([]);
  });

  test('wakes an app that sleeps', async () => {
    const { world, server, sessionId, slug, state, save } = await session();
    world.sandboxes.exits(resourceName(slug));
    server.sandboxExited(slug);
    await world.time.until(() => state()?.sandbox.status === 'asleep');
    await save('a.ts', 'one', null);
    await world.time.until(() => state()?.save === undefined);
    expect(await factsOf(world, sessionId, 'FileSaved')).toHaveLength(1);
  });
});

describe("a variable that is replaced with the owner's own value", () => {
  test('stands in the file, survives a rewrite and the loss of the file, and can be put back', async () => {
    const { world, server, sessionId, slug, state, env, replace, vault } = await session();
    const given = env().RESEND_API_KEY;
    const isWritten = () => state()?.steps.env_write?.status === 'done';
    const isUpToDate = (name: string) => state()?.env?.own?.[name] === state()?.replaced?.[name]?.replaceId;
    await replace('RESEND_API_KEY', 're_my_own_key');
    await world.time.until(() => isUpToDate('RESEND_API_KEY') && isWritten());
    expect(env().RESEND_API_KEY).toBe('re_my_own_key');

    await replace('STRIPE_KEY', 'sk_mine');
    await world.time.until(() => isUpToDate('STRIPE_KEY') && isWritten());
    expect(env()).toMatchObject({ RESEND_API_KEY: 're_my_own_key', STRIPE_KEY: 'sk_mine' });

    world.sandboxes.exits(resourceName(slug));
    server.sandboxExited(slug);
    world.sandboxes.files(resourceName(slug)).delete('/app/.env');
    await world.time.until(() => state()?.sandbox.status === 'asleep');
    await world.time.during(server.commands.wake(visitorOf(sessionId))());
    await world.time.until(() => state()?.sandbox.status === 'awake');
    expect(env()).toMatchObject({ RESEND_API_KEY: 're_my_own_key', STRIPE_KEY: 'sk_mine' });

    for (const name of ['RESEND_API_KEY', 'STRIPE_KEY']) {
      await replace(name);
      await world.time.until(() => isUpToDate(name) && isWritten());
    }
    expect(env().RESEND_API_KEY).toBe(given);
    expect(env().STRIPE_KEY).toBeUndefined();
    expect(Object.keys(await vault()).filter((name) => name.startsWith('own:'))).toEqual([]);
  });

  test('takes the place of what was written into the file by hand', async () => {
    const { world, state, slug, env, replace } = await session();
    const files = world.sandboxes.files(resourceName(slug));
    const path = '/app/.env';
    files.set(path, (files.get(path) ?? '').replace(/RESEND_API_KEY=.*/, 'RESEND_API_KEY=by-hand'));
    await replace('OTHER', 'x');
    await world.time.until(() => state()?.env?.own?.OTHER !== undefined);
    expect(env().RESEND_API_KEY).toBe('by-hand');
    await replace('RESEND_API_KEY', 'by-panel');
    await world.time.until(() => state()?.env?.own?.RESEND_API_KEY !== undefined);
    expect(env().RESEND_API_KEY).toBe('by-panel');
  });

  test('no value is ever in the log', async () => {
    const { world, sessionId, replace } = await session();
    await replace('STRIPE_KEY', 'sk_live_never_in_the_log');
    await world.time.pass(5_000);
    const stored = await world.store.readStream(`session-${sessionId}`)();
    expect(JSON.stringify(stored)).not.toContain('never_in_the_log');
  });

  test.each(["it's", 'a$b', 'two\nlines', 'x'.repeat(4_097), 'end\\'])(
    '%j is refused, and kept nowhere',
    async (value) => {
      const { replace, vault } = await session();
      expect(await replace('KEY', value)).toMatchObject({
        left: { refusal: { tag: 'VariableValueInvalid' } },
      });
      expect(Object.values(await vault())).not.toContain(value);
    },
  );
});

describe('a service its owner gives back', () => {
  test('is released at its provider, leaves the env file, and may be had again', async () => {
    const { world, server, sessionId, state, env, vault } = await session();
    expect(env().RESEND_API_KEY).toBeDefined();
    await world.time.during(server.commands.releaseService({ ...visitorOf(sessionId), service: 'resend' })());
    await world.time.until(() => state()?.env?.services.includes('resend') === false);
    expect(env().RESEND_API_KEY).toBeUndefined();
    expect(env().DATABASE_URL).toBeDefined();
    expect((await vault()).RESEND_API_KEY).toBeUndefined();
    expect(await factsOf(world, sessionId, 'ResourceReleased')).toMatchObject([{ service: 'resend' }]);
    await world.time.during(server.commands.retryService({ ...visitorOf(sessionId), service: 'resend' })());
    await world.time.until(() => state()?.env?.services.includes('resend') === true);
    expect(env().RESEND_API_KEY).toBeDefined();
    await world.time.during(server.commands.close(visitorOf(sessionId))());
    await world.time.until(() => state()?.status === 'forgotten');
  });
});
