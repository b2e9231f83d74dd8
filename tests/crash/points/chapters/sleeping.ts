import type { ToldEvent } from '../../../support/ledger/worker-calls.ts';
import { type Chapter, commandOf, eventsOf, has, newSession, type Session, sweepUntil } from './chapter.ts';

/** Its last event but those of its views is that it went to sleep, and everything was pushed before. */
const sleeps =
  (session: Session, turns: number) =>
  (log: readonly ToldEvent[]): boolean => {
    const types = eventsOf(log, session).map(({ type }) => type);
    const ended = types.filter((type) => type === 'TurnFinished' || type === 'TurnFailed');
    return ended.length >= turns && types.includes('CommitPushed') && types.at(-1) === 'SandboxSlept';
  };

/** An app nobody uses sleeps; it is woken for a turn; then nothing is left of its sandbox, and it is rebuilt. */
export const sleeping: Chapter = {
  name: 'sleeping, and coming back',
  settings: { life: { sleepAfterMs: 60, neverPromptedMs: 0, idleMs: 0 } },
  play: async (stage) => {
    const { ask, rest, until, outside } = stage;
    outside.agent.will({ edits: 'src/app.tsx' }, { says: 'Done.' });
    const session = await newSession(stage, 'bob', { prompt: 'A diary', residentialIp: true });
    await until('it sleeps', sleeps(session, 1));
    await ask('submitTurn', { ...commandOf(stage, session), prompt: 'Make it red' });
    await until('it sleeps again', sleeps(session, 2));
    await outside.sandboxes.destroy(session.sandbox)();
    await sweepUntil(stage, 'its loss is noticed', has(session, 'SandboxLost'));
    await ask('wake', commandOf(stage, session));
    await until('it is rebuilt, and sleeps', sleeps(session, 2));
    await ask('closeSession', commandOf(stage, session));
    await rest();
  },
};
