import { type Chapter, commandOf, newSession } from './chapter.ts';

/** Another model is chosen, the model is called until the budget is used up, and an operator raises it. */
export const models: Chapter = {
  name: 'calls of the model',
  play: async (stage) => {
    const { ask, rest, commandId, outside } = stage;
    outside.agent.will({ says: 'There it is.' });
    const session = await newSession(stage, 'fay', { prompt: 'A shop' });
    const { sessionId } = session;
    await rest();
    await ask('chooseModel', { ...commandOf(stage, session), model: 'opus' });
    await ask('submitTurn', { ...commandOf(stage, session), prompt: 'Make it green' });
    await rest();
    const budget = { sessionMicros: 150, dayMicros: 1_000_000 };
    for (let calls = 0; calls < 3; calls += 1)
      await ask('callModel', sessionId, { reserves: 100, uses: 80, budget });
    await ask('setBudget', { commandId: commandId(), sessionId, budgetMicros: 1_000 });
    await ask('callModel', sessionId, { reserves: 100, uses: 80, budget });
    await rest();
  },
};
