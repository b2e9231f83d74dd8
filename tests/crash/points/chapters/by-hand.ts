import { blobOf } from '../../../../commands/testing/git.ts';
import { type Chapter, commandOf, newSession } from './chapter.ts';

/**
 * What an owner does by hand: saves files, sends a picture, replaces and reads variables, changes data, verifies an
 * address, and gives a service back; and their app sends mail.
 */
export const byHand: Chapter = {
  name: 'work by hand',
  play: async (stage) => {
    const { ask, rest } = stage;
    const session = await newSession(stage, 'dora', { prompt: 'A list of books' });
    await rest();
    const command = () => commandOf(stage, session);
    await ask('saveFile', { ...command(), path: 'src/books.ts', content: 'one', base: null });
    await rest();
    await ask('saveFile', { ...command(), path: 'src/books.ts', content: 'two', base: blobOf('one') });
    await rest();
    await ask('saveFile', { ...command(), path: 'src/books.ts', content: 'late', base: blobOf('one') });
    await rest();
    const picture = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1').toString('base64');
    await ask('submitWithPicture', { ...command(), prompt: 'Use this as the logo', picture });
    await rest();
    await ask('replaceVariable', { ...command(), name: 'RESEND_API_KEY', value: 'one-of-my-own' });
    await rest();
    await ask('revealVariable', { ...command(), name: 'RESEND_API_KEY' });
    await ask('replaceVariable', { ...command(), name: 'RESEND_API_KEY' });
    await rest();
    await ask('verifyAddress', { ...command(), address: 'dora@example.com' });
    await ask('bringCode', { ...command(), code: 'wrong' });
    await ask('bringCode', { ...command(), code: stage.outside.codes.get('dora@example.com') ?? '' });
    await ask('mail', session.sessionId, stage.commandId(), true);
    await ask('mail', session.sessionId, stage.commandId(), false);
    await ask('changeData', { ...command(), change: { via: 'update', table: 'books' } });
    await ask('releaseService', { ...command(), service: 'resend' });
    await rest();
    await ask('closeSession', command());
    await rest();
  },
};
