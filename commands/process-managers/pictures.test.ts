import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { MAX_KEPT_PICTURES, MAX_PICTURE_BYTES, MAX_PICTURES } from '../../domain/session/pictures.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { coldSession, isAtRest, visitorOf } from '../testing/visits.ts';
import { factsOf, historyOf } from '../testing/world.ts';

const picture = (words: string): Uint8Array =>
  Uint8Array.from(`\x89PNG\r\n\x1a\n${words}`, (letter) => letter.charCodeAt(0));

const session = async () => {
  const visit = await coldSession(undefined, 'A habit tracker');
  const { world, server, sessionId } = visit;
  await world.time.until(() => isAtRest(server.session(sessionId)));
  const { commands } = server;
  const keep = (bytes: Uint8Array) =>
    world.time.during(commands.keepPicture({ ...visitorOf(sessionId), bytes })());
  return {
    ...visit,
    keep,
    kept: async (bytes: Uint8Array) => rightOf(await keep(bytes)).attachment,
    send: (prompt: string, ...pictures: readonly string[]) =>
      world.time.during(commands.submitTurn({ ...visitorOf(sessionId), prompt, pictures })()),
    rest: () => world.time.until(() => isAtRest(server.session(sessionId))),
  };
};

const refusal = (tag: string) => ({ _tag: 'Left', left: { tag: 'Refused', refusal: { tag } } });

describe('a picture', () => {
  test('is shown to the agent with its message, and named by its event alone', async () => {
    const { world, sessionId, kept, send, rest } = await session();
    const logo = await kept(picture('a logo'));
    expect(logo).toMatchObject({
      mediaType: 'image/png',
      bytes: 14,
      digest: expect.stringContaining(logo.id),
    });
    expect(await send('Use this as the logo', logo.id)).toMatchObject({ _tag: 'Right' });
    await rest();
    expect(world.agent.pictures().at(-1)).toEqual([
      { name: `${logo.id.slice(0, 12)}.png`, mediaType: 'image/png', bytes: picture('a logo') },
    ]);
    expect((await factsOf(world, sessionId, 'TurnSubmitted')).at(-1)).toMatchObject({ attachments: [logo] });
    expect(JSON.stringify(await historyOf(world, sessionId))).not.toContain('a logo');
  });

  test('stays with a message that waits for its turn', async () => {
    const { world, kept, send, rest } = await session();
    const [one, two] = [await kept(picture('one')), await kept(picture('two'))];
    await send('First', one.id);
    await send('Then', two.id, one.id, two.id);
    await rest();
    expect(world.agent.prompts().slice(-2)).toEqual(['First', 'Then']);
    const shown = world.agent.pictures().slice(-2);
    expect(shown.map((pictures) => pictures.map(({ bytes }) => String(bytes.at(-1))))).toEqual([
      [String('e'.charCodeAt(0))],
      [String('o'.charCodeAt(0)), String('e'.charCodeAt(0))],
    ]);
  });

  test('is kept once, however often it is sent', async () => {
    const { world, sessionId, kept } = await session();
    expect(await kept(picture('a logo'))).toEqual(await kept(picture('a logo')));
    expect(await world.vault.fileNames(sessionId)()).toMatchObject({ right: [expect.any(String)] });
  });

  test('is refused where it is none, or too large, whatever it is called', async () => {
    const { keep } = await session();
    expect(await keep(Buffer.from('<svg onload="alert(1)"/>'))).toMatchObject(refusal('NoPicture'));
    expect(await keep(new Uint8Array(MAX_PICTURE_BYTES + 1))).toMatchObject(refusal('PictureTooLarge'));
  });

  test('is refused where the session keeps enough of them, unless it is one of those', async () => {
    const { keep, kept } = await session();
    for (let number = 0; number < MAX_KEPT_PICTURES; number += 1) await kept(picture(`${number}`));
    expect(await keep(picture('one more'))).toMatchObject(refusal('TooManyPicturesKept'));
    expect(await keep(picture('7'))).toMatchObject({ _tag: 'Right' });
  });

  test('that the session does not have is none to send, and neither are too many', async () => {
    const { send } = await session();
    expect(await send('Like this', '0'.repeat(32))).toMatchObject(refusal('PictureUnknown'));
    const many = Array.from({ length: MAX_PICTURES + 1 }, (_, index) => `${index}`);
    expect(await send('Like these', ...many)).toMatchObject(refusal('TooManyPictures'));
  });

  test('is gone with its session, and a session that is closed takes none', async () => {
    const { world, server, sessionId, kept, keep, send } = await session();
    const logo = await kept(picture('a logo'));
    await send('Use this as the logo', logo.id);
    await world.time.during(server.commands.close(visitorOf(sessionId))());
    expect(await keep(picture('another'))).toMatchObject(refusal('SessionNotOpen'));
    await world.time.until(() => server.session(sessionId)?.status === 'forgotten');
    expect(await world.vault.fileNames(sessionId)()).toEqual(E.right([]));
  });

  test('that cannot be read any more ends its turn in words that say what to do', async () => {
    const { world, server, sessionId, kept, send } = await session();
    const logo = await kept(picture('a logo'));
    const { file } = world.vault;
    Object.assign(world.vault, { file: () => async () => E.right(undefined) });
    expect(await send('Use this', logo.id)).toMatchObject(refusal('PictureUnknown'));
    Object.assign(world.vault, { file });
    await send('Use this', logo.id);
    Object.assign(world.vault, { file: () => async () => E.right(undefined) });
    await world.time.until(() => server.session(sessionId)?.turns.at(-1)?.status === 'failed');
    const [failed] = (await factsOf(world, sessionId, 'TurnFailed')).slice(-1);
    expect(failed).toMatchObject({ error: { code: 'pictures_unreadable' } });
  });
});
