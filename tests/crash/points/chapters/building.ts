import { type Chapter, commandOf, has, newSession, turnEnded } from './chapter.ts';

/**
 * A first prompt, another that has to be corrected, undo and redo, the same with the data, another browser, an error of
 * the app, and a turn that is stopped.
 */
export const building: Chapter = {
  name: 'building an app',
  residentialProxy: 'host=proxy.test',
  play: async (stage) => {
    const { ask, rest, until, outside } = stage;
    outside.agent.will({ thinks: 'A table.' }, { edits: 'src/app.tsx' }, { says: 'There it is.' });
    const session = await newSession(stage, 'ann', { prompt: 'A habit tracker', residentialIp: true });
    await rest();
    outside.agent.will({ edits: 'src/theme.css' }, { says: 'It is blue now.' });
    outside.agent.willFirst([{ breaks: 'types' }], [{ mends: 'types' }, { says: 'Now it holds.' }]);
    await ask('submitTurn', { ...commandOf(stage, session), prompt: 'Make it blue' });
    await rest();
    await ask('moveHistory', { ...commandOf(stage, session), to: 'undo', data: 'keep' });
    await rest();
    await ask('moveHistory', { ...commandOf(stage, session), to: 'redo', data: 'keep' });
    await rest();
    // Another browser of theirs is let in, and the app's page shows an error.
    const { secret } = await ask('issueLink', commandOf(stage, session));
    await ask('redeemLink', { ...commandOf(stage, session), owner: 'ann on the phone', secret });
    await ask('noteAppError', {
      ...commandOf(stage, session),
      source: 'page',
      message: 'habits is undefined',
    });
    outside.providers.neon.write(session.sandbox.replace(/^mk0r-/, ''), 'a habit of the visitor');
    await ask('moveHistory', { ...commandOf(stage, session), to: 'undo', data: 'restore' });
    await rest();
    await ask('moveHistory', { ...commandOf(stage, session), to: 'redo', data: 'restore' });
    await rest();
    outside.agent.will({ says: 'I begin.\n\nAnd go on.' }, 'waits');
    const { turnId } = await ask('submitTurn', { ...commandOf(stage, session), prompt: 'Rewrite it' });
    const isUnderWay = has(
      session,
      'AgentSaid',
      (event) => 'turnId' in event.data && event.data.turnId === turnId,
    );
    await until('the agent works', (log) => isUnderWay(log) || turnEnded(session, turnId)(log));
    await ask('cancelTurn', { ...commandOf(stage, session), turnId });
    await rest();
  },
};
