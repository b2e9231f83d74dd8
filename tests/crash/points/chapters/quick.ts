import { REFUSED } from '../../../../commands/testing/providers.ts';
import { type Chapter, commandOf, has, newSession } from './chapter.ts';

/** A quick page: written, changed, undone; then a full app, which it does not become the first time. */
export const quick: Chapter = {
  name: 'a quick page',
  play: async (stage) => {
    const { ask, rest, until, outside } = stage;
    const session = await newSession(stage, 'quinn', { prompt: 'A list of books', mode: 'quick' });
    const command = () => commandOf(stage, session);
    await rest();
    await ask('submitTurn', { ...command(), prompt: 'Make it dark' });
    await rest();
    await ask('moveHistory', { ...command(), to: 'undo', data: 'keep' });
    await rest();
    outside.sandboxes.refuses(REFUSED);
    await ask('upgrade', command());
    await until('the page stays a page', has(session, 'UpgradeFailed'));
    outside.sandboxes.refuses(undefined);
    await rest();
    await ask('upgrade', command());
    await rest();
    await ask('closeSession', command());
    await rest();
    const another = await newSession(stage, 'quentin', { prompt: 'A list of films', mode: 'quick' });
    await rest();
    await ask('closeSession', commandOf(stage, another));
    await rest();
  },
};
