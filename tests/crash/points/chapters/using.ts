import { type Chapter, commandOf, has, newSession } from './chapter.ts';

const BETWEEN_LOOKS_MS = 200;

/**
 * A page that is looked at until the log is told so. Nothing is kept for less than it takes to tell, or it would be ended in
 * the middle of its story: on a machine that stands still for so long it may be, and then has no more to show.
 */
export const using: Chapter = {
  name: 'a page that is looked at',
  settings: { life: { sleepAfterMs: 0, neverPromptedMs: 0, idleMs: 6_000 } },
  play: async (stage) => {
    const { ask, rest, log } = stage;
    const session = await newSession(stage, 'uma', { prompt: 'A list of songs', mode: 'quick' });
    await rest();
    const isTold = has(session, 'AppUsed');
    const isEnded = has(session, 'CloseRequested');
    while (!isTold(log()) && !isEnded(log())) {
      await ask('look', session.sandbox.replace(/^mk0r-/, ''));
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
    }
    await ask('closeSession', commandOf(stage, session));
    await rest();
  },
};
