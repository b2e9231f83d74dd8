import { resourceName } from '../../../../domain/services.ts';
import { type Chapter, has } from './chapter.ts';

const sessionId = 'renewedrenewedrenewe';
const session = { sessionId, sandbox: resourceName(sessionId.slice(0, 12)), owner: 'nobody' };

/** What a release before has left in the pool keeps its services, and has its sandbox made anew. */
export const renewing: Chapter = {
  name: 'what waits in the pool is made anew',
  play: async (stage) => {
    const { ask, rest, until, commandId } = stage;
    await ask('planBefore', sessionId);
    await until('it is ready', has(session, 'CommitPushed'));
    await rest();
    await ask('countInPool', sessionId);
    await until('it is to be made anew', has(session, 'RenewalRequested'));
    await rest();
    await ask('drainPool', { commandId: commandId(), reason: 'the story ends' });
    await rest();
  },
};
