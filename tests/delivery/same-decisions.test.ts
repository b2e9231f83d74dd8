import fc from 'fast-check';
import { afterAll, describe, expect } from 'vitest';
import { holds } from '../../domain/testing/property.ts';
import { RUN, reach, SEED } from '../../domain/testing/reach.ts';
import { anyHistory } from './support/histories.ts';
import { intentsOn } from './support/intents.ts';
import { type Run, run } from './support/run.ts';
import { anySchedule, IN_ORDER } from './support/schedule.ts';
import { STORIES, type Story } from './support/stories.ts';

/** Schedules of each: a story is played to its end, which costs several times what a history does. */
const [OF_STORIES, OF_HISTORIES] = reach({
  short: [200, 1_800],
  full: [1_000, 9_000],
  long: [20_000, 180_000],
});
/** Schedules that one history is delivered by. */
const EACH = 3;
const TIMEOUT_MS = RUN === 'long' ? 7_200_000 : 300_000;

const counts = { schedules: 0, decisions: 0 };

const references = new Map<Story, Promise<Run>>();

/** What the story leads to when everything is delivered once and in order. */
const inOrder = (story: Story): Promise<Run> => {
  const known = references.get(story) ?? run(story, IN_ORDER, 1);
  references.set(story, known);
  return known;
};

const anyStory = fc.constantFrom(...STORIES);
const anySeed = fc.integer({ min: 1, max: 1_000_000 });

describe('duplicated, replayed, reordered and late deliveries, restarts from zero, stale and late timers', () => {
  holds(
    'lead to the decisions, and to the calls outside, that a delivery in order leads to',
    [anyStory, anySchedule, anySeed],
    async (story, schedule, seed) => {
      const [expected, played] = [await inOrder(story), await run(story, schedule, seed)];
      counts.schedules += 1;
      counts.decisions += played.decided.length;
      expect(played.held).toEqual(expected.held);
      if (story.isRace === true) return;
      expect(played.decided).toEqual(expected.decided);
      expect(played.asked).toEqual(expected.asked);
    },
    { runs: OF_STORIES, timeoutMs: TIMEOUT_MS },
  );

  holds(
    'lead to the same decisions on any history others may have written',
    [anyHistory, fc.array(anySchedule, { minLength: EACH, maxLength: EACH })],
    async (history, schedules) => {
      const expected = await intentsOn(history, IN_ORDER);
      for (const schedule of schedules) {
        counts.schedules += 1;
        counts.decisions += expected.length;
        expect(await intentsOn(history, schedule)).toEqual(expected);
      }
    },
    { runs: OF_HISTORIES / EACH, timeoutMs: TIMEOUT_MS },
  );

  afterAll(() => {
    process.stdout.write(
      `delivery: ${counts.schedules} schedules, ${counts.decisions} decisions as in order; MK0R_SEED=${SEED}\n`,
    );
  });
});
