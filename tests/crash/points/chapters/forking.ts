import { REFUSED } from '../../../../commands/testing/providers.ts';
import { type Chapter, commandOf, eventsOf, newSession } from './chapter.ts';

/**
 * A version is forked with its data, and once more when that does not come over: the app that is made then is asked to bring
 * it over again.
 */
export const forking: Chapter = {
  name: 'forking a version',
  settings: { poolTarget: 1 },
  play: async (stage) => {
    const { ask, rest, outside } = stage;
    outside.agent.will({ edits: 'src/app.tsx' }, { says: 'There it is.' });
    const session = await newSession(stage, 'fay', { prompt: 'A habit tracker' });
    await rest();
    outside.providers.neon.write(session.sandbox.replace(/^mk0r-/, ''), 'a habit of the visitor');
    outside.agent.will({ edits: 'src/theme.css' }, { says: 'It is blue now.' });
    await ask('submitTurn', { ...commandOf(stage, session), prompt: 'Make it blue' });
    await rest();
    const events = eventsOf(stage.log(), session);
    const commit = events.findLast((event) => event.type === 'TurnCommitted')?.data.sha ?? '';
    const fork = async (owner: string) => {
      const command = { ...commandOf(stage, { ...session, owner }), commit, data: 'kept' } as const;
      const { sessionId } = await ask('forkSession', command);
      await rest();
      return { sessionId, sandbox: '', owner };
    };
    await fork('fay once more');
    outside.providers.neon.bringsFail(REFUSED);
    const without = await fork('fay again');
    outside.providers.neon.bringsFail(undefined);
    await ask('retryFork', commandOf(stage, without));
    await rest();
  },
};
