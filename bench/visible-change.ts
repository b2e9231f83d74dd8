import type { World } from '../commands/effects/context.ts';
import type { Row } from './row.ts';
import { median, percentile, rounded } from './statistics.ts';
import { openChromium } from './support/chromium.ts';
import type { Bench } from './support/server.ts';
import { signIn, until, untilWarm } from './support/visitor.ts';

const ROUNDS = 6;
const PROMPT =
  'Build me a habit tracker. The streaks should survive a page refresh, even if I close the browser.';

/** Tells when the agent was given the prompt, and when it had written the screen. */
const watching =
  (seen: (what: 'asked' | 'wrote') => void) =>
  (world: World): World => ({
    ...world,
    agent: {
      ...world.agent,
      prompt: async function* (...args) {
        seen('asked');
        for await (const update of world.agent.prompt(...args)) {
          if (update.type === 'tool_result' && update.diff?.path.endsWith('src/App.tsx')) seen('wrote');
          yield update;
        }
      },
    },
  });

/**
 * From the visitor's POST to the new app being on the screen of a real browser that shows the preview. The floor is the
 * agent's own time: from the prompt to the moment when it has written the screen's file.
 */
export const benchVisibleChange = async (bench: Bench): Promise<readonly Row[]> => {
  const browser = await openChromium('prompt-to-visible-change');
  if (browser === undefined) return [];
  const marks: Record<string, number> = {};
  const server = await bench.serve(
    1,
    watching((what) => {
      marks[what] = performance.now();
    }),
  );
  const visitor = await signIn(server.url);
  const visible: number[] = [];
  const floors: number[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      await untilWarm(server.url);
      const page = await browser.newPage();
      const from = performance.now();
      const { sessionId, slug } = await visitor.create(PROMPT);
      await page.goto(server.url.replace('//', `//${slug}.preview.`));
      await page.getByRole('textbox', { name: 'New habit' }).waitFor({ timeout: 60_000 });
      const took = performance.now() - from;
      await until(async () => (await visitor.transcript(sessionId)).turns[0]?.endedAt);
      await page.close();
      await visitor.remove(sessionId);
      if (round === 0) continue;
      visible.push(took);
      floors.push((marks.wrote ?? Number.NaN) - (marks.asked ?? Number.NaN));
    }
  } finally {
    await browser.close();
    await server.close();
  }
  const baseline = median(floors);
  return [
    {
      name: 'prompt-to-visible-change',
      median: rounded(median(visible), 0),
      p99: rounded(percentile(visible, 0.99), 0),
      unit: 'ms',
      baseline: rounded(baseline, 0),
      ratio: rounded(median(visible) / baseline, 2),
    },
  ];
};
