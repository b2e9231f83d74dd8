import { slugOf } from '../../../../commands/identifiers.ts';
import { resourceName } from '../../../../domain/services.ts';
import { type Chapter, newSession } from './chapter.ts';

/** A pool of one: claimed, topped up, an entry that does not answer, and the pool wound down. */
export const pooling: Chapter = {
  name: 'the pool',
  play: async (stage) => {
    const { ask, rest, claimable, commandId, served } = stage;
    await ask('setPoolTarget', { commandId: commandId(), target: 1 });
    await rest();
    await newSession(stage, 'dan', { prompt: 'A shop' });
    await rest();
    for (const sessionId of await claimable()) served.freezes(resourceName(slugOf(sessionId)));
    await newSession(stage, 'eve', { prompt: 'A blog' });
    await rest();
    await ask('drainPool', { commandId: commandId(), reason: 'a new template' });
    await rest();
  },
};
